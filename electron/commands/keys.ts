import { AppError } from '../contract/errors.ts';
import type { KeyLimits } from '../contract/keys.ts';
import type { Store } from '../store/open-store.ts';
import { formatTable, requireArgument, textOption, unknownAction } from './command.ts';
import type { Command, CommandContext } from './command.ts';
import { keyCells, keyHeadings } from './describe-key.ts';
import { limitOptions, parseLimits } from './key-limits.ts';
import { withStore } from './with-store.ts';

const usage =
  'keys create NAME [LIMITS] | list | edit NAME [--name NEW] [LIMITS] | revoke NAME, where LIMITS are ' +
  "--models 'groq/*,fast', --rpm 60, --budget 5usd/month or 200ktok/day, --expires 2027-01-31 or 90d; all, none and never take one away";

export const keysCommand: Command = {
  usage,
  summary:
    'Keys that let tools use the gateway, and what each may do. A key is shown once, when it is created.',
  options: {
    models: { type: 'string' },
    rpm: { type: 'string' },
    budget: { type: 'string' },
    expires: { type: 'string' },
    name: { type: 'string' },
  },
  maxArgs: 2,
  async run(context) {
    const [action] = context.args;
    switch (action) {
      case 'create':
        refuseOptions(context, ['name']);
        return withStore(context, store => createKey(context, store));
      case 'list':
        refuseOptions(context, [...limitOptions, 'name']);
        return withStore(context, store => listKeys(context, store));
      case 'edit':
        return withStore(context, store => editKey(context, store));
      case 'revoke':
        refuseOptions(context, [...limitOptions, 'name']);
        return withStore(context, store => revokeKey(context, store));
      default:
        throw unknownAction(action, usage);
    }
  },
};

/** An option that would do nothing is a misunderstanding. */
function refuseOptions(context: CommandContext, names: readonly string[]): void {
  const given = names.find(name => textOption(context, name) !== undefined);
  if (given === undefined) return;
  throw new AppError(
    'invalid_request',
    `parley keys ${context.args[0] ?? ''} takes no --${given}; parley keys --help says what does.`,
  );
}

function createKey(context: CommandContext, store: Store): number {
  const wanted = requireArgument(context, 1, 'The name', usage);
  const { name, key } = store.gatewayKeys.create(wanted, readLimits(context));
  if (context.json) context.print(JSON.stringify({ name, key }));
  else
    context.print(
      `${key}\nThis is the only time the key of ${name} is shown; keep it where the tool finds it.`,
    );
  return 0;
}

function listKeys(context: CommandContext, store: Store): number {
  const keys = store.gatewayKeys.list();
  const now = new Date();
  if (context.json) context.print(JSON.stringify(keys));
  else
    context.print(
      formatTable(
        keyHeadings,
        keys.map(key => keyCells(key, now)),
      ),
    );
  return 0;
}

function editKey(context: CommandContext, store: Store): number {
  const wanted = requireArgument(context, 1, 'The name', usage);
  const newName = textOption(context, 'name');
  const changes = { ...readLimits(context), ...(newName === undefined ? {} : { name: newName }) };
  if (Object.keys(changes).length === 0) {
    throw new AppError(
      'invalid_request',
      `Say what to change, for example: parley keys edit ${wanted} --rpm 60`,
    );
  }
  const edited = store.gatewayKeys.edit(wanted, changes);
  if (context.json) context.print(JSON.stringify(edited));
  else context.print(`The key of ${edited.name} is changed; it holds from the next call on.`);
  return 0;
}

function revokeKey(context: CommandContext, store: Store): number {
  const { name } = store.gatewayKeys.revoke(requireArgument(context, 1, 'The name', usage));
  context.print(context.json ? JSON.stringify({ name, revoked: true }) : `The key of ${name} works no more.`);
  return 0;
}

function readLimits(context: CommandContext): Partial<KeyLimits> {
  const texts = {
    models: textOption(context, 'models'),
    rpm: textOption(context, 'rpm'),
    budget: textOption(context, 'budget'),
    expires: textOption(context, 'expires'),
  };
  return parseLimits(texts, new Date());
}
