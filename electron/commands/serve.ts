import { join } from 'node:path';

import { setFlagsFromString } from 'node:v8';

import { createCore } from '../core.ts';
import type { Core } from '../core.ts';
import { openCrashLog } from '../logs/crash-log.ts';
import { AppError } from '../contract/errors.ts';
import type { GatewayAddress } from '../gateway-service.ts';
import { findResources } from '../resources.ts';
import { safeModeNote, textOption } from './command.ts';
import type { Command, CommandContext } from './command.ts';

export const serveCommand: Command = {
  usage: 'serve [--port N] [--ui] [--safe]',
  summary:
    'Run the gateway (with --ui also the page, for a browser) until it is stopped; --safe loads no scripts of your own.',
  options: { port: { type: 'string' }, ui: { type: 'boolean' }, safe: { type: 'boolean' } },
  async run(context) {
    const port = readPort(textOption(context, 'port'));
    // From the first moment on, so that a stop during the start is a clean one, too.
    const stopped = waitForStop();
    const dataDir = context.dataDir();
    const resources = findResources();
    const crashes = openCrashLog(join(dataDir, 'logs'), resources.version);
    // A monitor changes nothing about how the process ends.
    process.on('uncaughtExceptionMonitor', error => crashes.write('main', error));
    const core = await createCore({
      dataDir,
      resources,
      safe: context.options['safe'] === true,
      onProblem: error => context.warn(`parley: ${error.message}`),
    });
    try {
      const address = await core.startGateway({
        ...(port === undefined ? {} : { port }),
        ui: context.options.ui === true,
      });
      announce(context, address);
      // The built command line holds V8's nursery small while it starts; now it may grow with what there is to do.
      setFlagsFromString('--semi-space-growth-factor=2');
      void reportBrokenScripts(core, context);
      await stopped;
    } finally {
      await core.close();
    }
    return 0;
  },
};

function readPort(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65535) return port;
  throw new AppError(
    'invalid_request',
    `--port takes a number from 0 (any free port) to 65535, not "${text}".`,
  );
}

function announce(context: CommandContext, { url, ui }: GatewayAddress): void {
  if (context.json) context.print(JSON.stringify({ url, ui, pid: process.pid }));
  else {
    if (context.options['safe'] === true) context.print(safeModeNote);
    context.print(ui === null ? `Parley listens on ${url}` : `Parley listens on ${url}; open ${ui}`);
  }
}

/** A script that is broken should be said at the start, not with the first call. */
async function reportBrokenScripts({ engine }: Core, context: CommandContext): Promise<void> {
  for (const { backend, error } of await engine.brokenScripts())
    context.warn(`parley: ${backend}: ${error.message}`);
}

/** npm passes Ctrl+C on although the terminal sent it to everybody already: what comes at once is no second thought. */
const repeatMs = 1_000;

function waitForStop(): Promise<void> {
  return new Promise(resolve => {
    let askedAt: number | undefined;
    const stop = (): void => {
      askedAt ??= Date.now();
      if (Date.now() - askedAt > repeatMs) process.exit(1);
      resolve();
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  });
}
