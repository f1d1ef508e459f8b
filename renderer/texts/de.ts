import inspector from './de/inspector.json';
import connect from './de/connect.json';
import gateway from './de/gateway.json';
import about from './de/about.json';
import backup from './de/backup.json';
import chats from './de/chats.json';
import desktop from './de/desktop.json';
import finding from './de/finding.json';
import menu from './de/menu.json';
import keys from './de/keys.json';
import errors from './de/errors.json';
import rendering from './de/rendering.json';
import composer from './de/composer.json';
import models from './de/models.json';
import models_page from './de/models_page.json';
import presets from './de/presets.json';
import providers from './de/providers.json';
import settings from './de/settings.json';
import shell from './de/shell.json';
import start from './de/start.json';
import studio from './de/studio.json';
import thread from './de/thread.json';
import transfer from './de/transfer.json';
import ui from './de/ui.json';
import usage from './de/usage.json';

export const de = {
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
