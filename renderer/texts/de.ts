import inspector from './de/inspector.json';
import connect from './de/connect.json';
import gateway from './de/gateway.json';
import backup from './de/backup.json';
import chats from './de/chats.json';
import finding from './de/finding.json';
import keys from './de/keys.json';
import rendering from './de/rendering.json';
import composer from './de/composer.json';
import models from './de/models.json';
import models_page from './de/models_page.json';
import presets from './de/presets.json';
import providers from './de/providers.json';
import settings from './de/settings.json';
import shell from './de/shell.json';
import start from './de/start.json';
import thread from './de/thread.json';
import transfer from './de/transfer.json';
import ui from './de/ui.json';
import usage from './de/usage.json';

export const de = {
  inspector,
  connect,
  gateway,
  backup,
  chats,
  finding,
  keys,
  presets,
  providers,
  models,
  models_page,
  composer,
  rendering,
  shell,
  thread,
  transfer,
  settings,
  start,
  ui,
  usage,
};
