import inspector from './zh-hans/inspector.json';
import connect from './zh-hans/connect.json';
import gateway from './zh-hans/gateway.json';
import about from './zh-hans/about.json';
import backup from './zh-hans/backup.json';
import chats from './zh-hans/chats.json';
import desktop from './zh-hans/desktop.json';
import finding from './zh-hans/finding.json';
import menu from './zh-hans/menu.json';
import keys from './zh-hans/keys.json';
import errors from './zh-hans/errors.json';
import rendering from './zh-hans/rendering.json';
import composer from './zh-hans/composer.json';
import models from './zh-hans/models.json';
import models_page from './zh-hans/models_page.json';
import presets from './zh-hans/presets.json';
import providers from './zh-hans/providers.json';
import settings from './zh-hans/settings.json';
import shell from './zh-hans/shell.json';
import start from './zh-hans/start.json';
import studio from './zh-hans/studio.json';
import thread from './zh-hans/thread.json';
import transfer from './zh-hans/transfer.json';
import ui from './zh-hans/ui.json';
import usage from './zh-hans/usage.json';

export const zhHans = {
  inspector,
  connect,
  gateway,
  about,
  backup,
  chats,
  desktop,
  menu,
  finding,
  keys,
  presets,
  providers,
  models,
  models_page,
  composer,
  errors,
  rendering,
  shell,
  thread,
  transfer,
  settings,
  start,
  studio,
  ui,
  usage,
};
