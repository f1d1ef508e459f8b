import { z } from 'zod';

import { linkPages } from './deep-link.ts';
import { desktopConfigSchema } from './desktop-config.ts';
import { menuLabelsSchema } from './menu-labels.ts';

/** Commands of the page that stand in the menus of the desktop. */
export const menuCommands = [
  'new-chat',
  'find',
  'palette',
  'sidebar',
  'composer',
  'model',
  'regenerate',
  'copy-last',
  'stop',
  'settings',
  'keys',
] as const;
export type MenuCommand = (typeof menuCommands)[number];

/** What came to the window from outside of it: from a menu, a link, a file, or a notification that was clicked. */
export const arrivalSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('command'), command: z.enum(menuCommands) }),
  z.object({ type: z.literal('open_page'), page: z.enum(linkPages) }),
  z.object({ type: z.literal('open_chat'), chat_id: z.string() }),
  /** An address of the page; only the core names one. */
  z.object({ type: z.literal('open_path'), path: z.string() }),
  /** A script to be fetched after a yes. */
  z.object({ type: z.literal('import_address'), url: z.string() }),
  z.object({ type: z.literal('import_source'), file_name: z.string(), source: z.string() }),
  z.object({
    type: z.literal('refused'),
    reason: z.enum(['unreadable', 'unknown', 'address', 'too_large', 'no_file']),
  }),
]);
export type Arrival = z.infer<typeof arrivalSchema>;

const settings = z.object(desktopConfigSchema.shape);

const desktopStateSchema = settings.extend({
  /** Why the chosen shortcut does not work; null where it does, or none is chosen. */
  shortcut_problem: z.string().nullable(),
  /** Whether the system can start Parley at login, and does. */
  can_start_at_login: z.boolean(),
  start_at_login: z.boolean(),
  /** What decided on the data directory over the place it was moved to. */
  data_dir_from: z.enum(['flag', 'env', 'usual']),
});
export type DesktopState = z.infer<typeof desktopStateSchema>;

const nothing = z.object({});

/** What only the desktop app can do, and scripts that are fetched from an address. */
export const desktopCalls = {
  /** null in a browser, where all the others are refused. */
  'desktop.get': { input: nothing, output: desktopStateSchema.nullable() },
  /** Throws invalid_request for a shortcut that cannot be had. */
  'desktop.set': {
    input: settings.extend({ start_at_login: z.boolean() }).partial(),
    output: desktopStateSchema,
  },
  /** The reader's language, and the keys of the commands: both stand in the menus. */
  'desktop.tell': {
    input: z.object({ labels: menuLabelsSchema, keys: z.partialRecord(z.enum(menuCommands), z.string()) }),
    output: nothing,
  },
  /** What arrived since it was asked last. */
  'desktop.take': { input: nothing, output: z.array(arrivalSchema) },
  /** Shows the window quick ask belongs to, at a chat; or hides quick ask. */
  'desktop.leave_quick_ask': { input: z.object({ chat_id: z.string().nullable() }), output: nothing },
  /** Ends Parley and starts it again. */
  'desktop.relaunch': { input: nothing, output: nothing },
  /** null where none was chosen. */
  'desktop.choose_folder': { input: nothing, output: z.object({ path: z.string().nullable() }) },
  /** Copies the data directory to a new, empty folder, and starts Parley again there. The old one is left as it is. */
  'desktop.move_data': { input: z.object({ to: z.string().min(1).max(4000) }), output: nothing },
  /** Fetches a script after the person said yes. `moved` names another address, to be asked for again. */
  'scripts.fetch': {
    input: z.object({ url: z.string().max(4000) }),
    output: z.discriminatedUnion('type', [
      z.object({ type: z.literal('script'), file_name: z.string(), source: z.string() }),
      z.object({ type: z.literal('moved'), url: z.string() }),
    ]),
  },
} as const;

type DesktopCalls = Omit<typeof desktopCalls, 'scripts.fetch'>;

/** The desktop's side of these calls; it is the window side's, and handed to the core. */
export type DesktopDesk = {
  [N in keyof DesktopCalls]: (
    input: z.output<DesktopCalls[N]['input']>,
  ) => z.output<DesktopCalls[N]['output']> | Promise<z.output<DesktopCalls[N]['output']>>;
};
