import inspector from './en/inspector.json';
import connect from './en/connect.json';
import gateway from './en/gateway.json';
import about from './en/about.json';
import backup from './en/backup.json';
import chats from './en/chats.json';
import desktop from './en/desktop.json';
import finding from './en/finding.json';
import menu from './en/menu.json';
import keys from './en/keys.json';
import errors from './en/errors.json';
import rendering from './en/rendering.json';
import composer from './en/composer.json';
import models from './en/models.json';
import models_page from './en/models_page.json';
import presets from './en/presets.json';
import providers from './en/providers.json';
import settings from './en/settings.json';
import shell from './en/shell.json';
import start from './en/start.json';
import studio from './en/studio.json';
import thread from './en/thread.json';
import transfer from './en/transfer.json';
import ui from './en/ui.json';
import usage from './en/usage.json';

export const en = {
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
