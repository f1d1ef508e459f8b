import { formatTable, requireArgument, unknownAction } from './command.ts';
import type { Command, CommandContext } from './command.ts';
import { withStore } from './with-store.ts';
import type { Store } from '../store/open-store.ts';

const usage = 'keys create NAME | list | revoke NAME';

export const keysCommand: Command = {
  usage,
  summary: 'Keys that let tools use the gateway. A key is shown once, when it is created.',
  options: {},
  maxArgs: 2,
  async run(context) {
    const [action] = context.args;
    switch (action) {
      case 'create':
        return withStore(context, store => createKey(context, store));
      case 'list':
        return withStore(context, store => listKeys(context, store));
      case 'revoke':
        return withStore(context, store => revokeKey(context, store));
      default:
        throw unknownAction(action, usage);
    }
  },
};

function createKey(context: CommandContext, store: Store): number {
  const { name, key } = store.gatewayKeys.create(requireArgument(context, 1, 'The name', usage));
  if (context.json) context.print(JSON.stringify({ name, key }));
  else
    context.print(
      `${key}\nThis is the only time the key of ${name} is shown; keep it where the tool finds it.`,
    );
  return 0;
}

function listKeys(context: CommandContext, store: Store): number {
  const keys = store.gatewayKeys.list();
  if (context.json) {
    context.print(JSON.stringify(keys));
    return 0;
  }
  const rows = keys.map(key => [
    key.name,
    `${key.prefix}…`,
    key.created_at,
    key.last_used_at ?? 'never',
    key.revoked_at === null ? 'active' : `revoked ${key.revoked_at}`,
  ]);
  context.print(formatTable(['NAME', 'KEY', 'CREATED', 'LAST USED', 'STATE'], rows));
  return 0;
}

function revokeKey(context: CommandContext, store: Store): number {
  const { name } = store.gatewayKeys.revoke(requireArgument(context, 1, 'The name', usage));
  context.print(context.json ? JSON.stringify({ name, revoked: true }) : `The key of ${name} works no more.`);
  return 0;
}
