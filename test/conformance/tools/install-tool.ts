import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import type { CliTool } from './cli-tools.ts';

/** Installs a tool outside the repository, once, and returns its program. Some take hundreds of megabytes. */
export async function installTool(tool: CliTool): Promise<string> {
  const folder = join(tmpdir(), 'parley-tools', `${tool.package.replaceAll('/', '+')}@${tool.version}`);
  const program = join(folder, 'node_modules', '.bin', tool.bin);
  if (existsSync(program)) return program;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
  await promisify(execFile)('npm', ['install', ...quiet, `${tool.package}@${tool.version}`], { cwd: folder });
  return program;
}
