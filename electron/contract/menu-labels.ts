import { z } from 'zod';

/**
 * What the menus, the tray and the notifications of the desktop say, in English. The page sends the same in the reader's
 * language (its catalogue `menu` has these names); `&` stands before the letter that opens a menu with Alt.
 */
export const menuLabels = {
  file: '&File',
  edit: '&Edit',
  view: '&View',
  chat: '&Chat',
  window: '&Window',
  help: '&Help',
  new_chat: 'New Chat',
  quick_ask: 'Quick Ask',
  import_script: 'Import Provider Script…',
  import_kind: 'Provider scripts',
  settings: 'Settings…',
  close: 'Close Window',
  quit: 'Quit Parley',
  undo: 'Undo',
  redo: 'Redo',
  cut: 'Cut',
  copy: 'Copy',
  paste: 'Paste',
  paste_plain: 'Paste as Plain Text',
  select_all: 'Select All',
  find: 'Find in This Chat',
  palette: 'Search and Commands',
  sidebar: 'Show or Hide the Chats',
  page_chat: 'Chat',
  page_providers: 'Providers',
  page_gateway: 'Gateway',
  page_usage: 'Usage',
  reload: 'Reload',
  developer: 'Developer Tools',
  actual_size: 'Actual Size',
  zoom_in: 'Larger',
  zoom_out: 'Smaller',
  full_screen: 'Full Screen',
  composer: 'Write a Message',
  model: 'Choose a Model',
  regenerate: 'Regenerate the Last Answer',
  copy_last: 'Copy the Last Answer',
  stop: 'Stop the Answer',
  minimize: 'Minimize',
  zoom: 'Zoom',
  front: 'Bring All to Front',
  keys: 'Keyboard Shortcuts',
  open_data: 'Open Data Folder',
  lua_manual: 'Lua Manual',
  about: 'About Parley',
  services: 'Services',
  hide: 'Hide Parley',
  hide_others: 'Hide Others',
  show_all: 'Show All',
  tray_open: 'Open Parley',
  gateway_running: 'Gateway: {{address}}',
  gateway_stopped: 'The gateway does not run',
  gateway_paused: 'The gateway is paused',
  copy_address: 'Copy the Gateway’s Address',
  pause_gateway: 'Pause the Gateway',
  resume_gateway: 'Resume the Gateway',
  answer_ready: 'The answer is there',
  answer_failed: 'The answer failed',
  choose_folder: 'A new, empty folder for Parley’s data',
} as const;

// Object.fromEntries and zod both lose the names; they are those of the literal above.
const shape = Object.fromEntries(
  Object.keys(menuLabels).map(name => [name, z.string().min(1).max(200)]),
) as Record<keyof typeof menuLabels, z.ZodString>;

export const menuLabelsSchema = z.object(shape);
export type MenuLabels = Record<keyof typeof menuLabels, string>;
