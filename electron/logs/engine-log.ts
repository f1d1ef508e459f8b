import type { LogFile } from './log-file.ts';
import type { ScriptLog } from './script-log.ts';

type EngineLog = (
  backend: string,
  level: 'info' | 'warn' | 'error',
  message: string,
  from?: 'script',
) => void;

/**
 * What the engine and its scripts have to say. A script may log what was said in a chat, also in one of which nothing is to
 * be kept: its lines are in the studio until Parley ends, and on the disk only where that was asked for.
 */
export function createEngineLog(
  log: LogFile,
  scriptLog: Pick<ScriptLog, 'add'>,
  keepsScripts: () => boolean,
): EngineLog {
  return (backend, level, message, from) => {
    if (from !== 'script' || keepsScripts()) log.write(level, `[${backend}] ${message}`);
    scriptLog.add(backend, level, message);
  };
}
