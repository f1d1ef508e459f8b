import { AppError } from '../contract/errors.ts';
import { openKeychain } from '../engine/keys/keychain.ts';
import { askSecret } from './ask-secret.ts';
import { requireArgument, unknownAction } from './command.ts';
import type { Command, CommandContext } from './command.ts';

const usage = 'secrets set ACCOUNT | remove ACCOUNT';

export const secretsCommand: Command = {
  usage,
  summary:
    'Put an API key into the OS keychain (asked for, or read from standard input); use it as keychain:ACCOUNT.',
  options: {},
  maxArgs: 2,
  async run(context) {
    const [action] = context.args;
    switch (action) {
      case 'set':
        return setSecret(context);
      case 'remove':
        return removeSecret(context);
      default:
        throw unknownAction(action, usage);
    }
  },
};

async function setSecret(context: CommandContext): Promise<number> {
  const account = requireArgument(context, 1, 'The account', usage);
  const secret = await askSecret(`Key for ${account}: `);
  if (secret === '') throw new AppError('invalid_request', 'No key was given, so nothing was stored.');
  await openKeychain().set(account, secret);
  context.print(
    context.json
      ? JSON.stringify({ account, stored: true })
      : `Stored. Use it in parley.yaml as api_key: keychain:${account}`,
  );
  return 0;
}

async function removeSecret(context: CommandContext): Promise<number> {
  const account = requireArgument(context, 1, 'The account', usage);
  const removed = await openKeychain().remove(account);
  if (!removed)
    throw new AppError('not_found', `The keychain holds nothing for ${account}, so nothing was removed.`);
  context.print(
    context.json ? JSON.stringify({ account, removed }) : `Removed ${account} from the keychain.`,
  );
  return 0;
}
