import { AppError } from '../contract/errors.ts';
import { backupCommand } from './backup.ts';
import { chatCommand } from './chat.ts';
import { chatsCommand } from './chats.ts';
import type { Command } from './command.ts';
import { doctorCommand } from './doctor.ts';
import { keysCommand } from './keys.ts';
import { modelsCommand } from './models.ts';
import { providersCommand } from './providers.ts';
import { secretsCommand } from './secrets.ts';
import { serveCommand } from './serve.ts';
import { usageCommand } from './usage.ts';

const commands = {
  serve: serveCommand,
  doctor: doctorCommand,
  models: modelsCommand,
  chat: chatCommand,
  chats: chatsCommand,
  backup: backupCommand,
  providers: providersCommand,
  keys: keysCommand,
  secrets: secretsCommand,
  usage: usageCommand,
} satisfies Record<string, Command>;

export function findCommand(name: string): Command {
  const command = Object.entries(commands).find(([each]) => each === name)?.[1];
  if (command) return command;
  throw new AppError(
    'invalid_request',
    `There is no command "${name}". Commands: ${Object.keys(commands).join(', ')}; parley help explains them.`,
  );
}

/** Whether this is a word `parley` takes as its first. */
export function isCommand(name: string): boolean {
  return Object.hasOwn(commands, name) || ['help', '--help', '--version'].includes(name);
}

export function usageText(): string {
  const lines = Object.values(commands).map(({ usage, summary }) => `  parley ${usage}\n      ${summary}`);
  return `Parley: every LLM provider behind one desk.\n\n${lines.join('\n')}\n\nAll take --data-dir DIR and --json.`;
}
