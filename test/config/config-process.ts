// Edits settings from a process of its own: node config-process.ts DIRECTORY NAME COUNT. Adds COUNT backends and approvals.
import { join } from 'node:path';

import { openConfigFile } from '../../electron/config/config-file.ts';
import { addBackend } from '../../electron/config/edit-config.ts';
import { openScriptApprovals } from '../../electron/config/script-approvals.ts';

const [directory = '', name = '', count = ''] = process.argv.slice(2);
const config = await openConfigFile({
  file: join(directory, 'parley.yaml'),
  onChange: () => undefined,
  onProblem: () => undefined,
});
const approvals = openScriptApprovals(join(directory, '.approved.json'));
const approval = { sha256: '', source: null, hosts: [], env: [], keychain: [], approved_at: '' };
for (let number = 1; number <= Number(count); number++) {
  await config.update(document =>
    addBackend(document, { name: `${name}-${String(number)}`, type: 'ollama' }),
  );
  await approvals.set(`${name}-${String(number)}`, approval);
}
await config.close();
