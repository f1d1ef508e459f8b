import { existsSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** Where electron-builder lays the app out, and where its resources are in it. */
const layouts: Partial<Record<NodeJS.Platform, { app: RegExp; resources: string }>> = {
  linux: { app: /^linux(?:-\w+)?-unpacked$/, resources: 'resources' },
  win32: { app: /^win(?:-\w+)?-unpacked$/, resources: 'resources' },
  darwin: { app: /^mac(?:-\w+)?$/, resources: 'Parley.app/Contents/Resources' },
};

/** In megabytes: Parley's own part, which every update carries, and what lies beside it for the runtime. */
const budget = { own: 40, whole: 420 };

/** Reports what the package weighs; false where it is over its budget, or holds what must not be in it. */
export function checkPackage(folder: string, platform: NodeJS.Platform): boolean {
  const layout = layouts[platform];
  const name = readdirSync(folder).find(each => layout?.app.test(each));
  if (layout === undefined || name === undefined) throw new Error(`No app was laid out in ${folder}.`);
  const app = join(folder, name);
  const resources = join(app, layout.resources);
  const asar = join(resources, 'app.asar');
  const own = sizeOf(asar) + sizeOf(`${asar}.unpacked`);
  const sizes = { own: own / 1e6, whole: sizeOf(app) / 1e6 };
  console.log(
    `Parley's own part: ${describe(sizes.own, budget.own)}; whole: ${describe(sizes.whole, budget.whole)}.`,
  );
  const files = listAsar(asar);
  const problems = [
    ...(sizes.own > budget.own ? ['its own part is over its budget'] : []),
    ...(sizes.whole > budget.whole ? ['the whole is over its budget'] : []),
    ...files
      .filter(file => /\.map$|\.tsx?$|(?:^|[\\/])\.env/.test(file))
      .map(file => `${file} must not be in it`),
    ...strayPackages(files).map(each => `the package ${each} is in it, and in the bundle, or of no use`),
  ];
  for (const problem of problems) console.error(`The package is not fit to be given away: ${problem}.`);
  return problems.length === 0;
}

/** All that is loaded from node_modules at run time; everything else is in the bundle. */
const keptPackages = /^(?:better-sqlite3|wasmoon|@napi-rs\/keyring(?:-[\w-]+)?|bindings|file-uri-to-path)$/;

function strayPackages(files: readonly string[]): string[] {
  const names = files.flatMap(file => /^node_modules\/((?:@[^/]+\/)?[^/@]+)/.exec(file)?.[1] ?? []);
  return [...new Set(names)].filter(name => !keptPackages.test(name));
}

/** Paths of the files in the archive, with `/`. */
function listAsar(file: string): string[] {
  const load = createRequire(createRequire(import.meta.url).resolve('electron-builder'));
  const library = createRequire(load.resolve('app-builder-lib'));
  // Safe: that version's own type, which no dependency of ours brings.
  const asar = library('@electron/asar') as { listPackage(file: string, options: object): string[] };
  return asar.listPackage(file, { isPack: false }).map(path => path.replaceAll('\\', '/').replace(/^\//, ''));
}

function sizeOf(path: string): number {
  if (!existsSync(path)) return 0;
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.size;
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}

function describe(megabytes: number, most: number): string {
  return `${megabytes.toFixed(1)} MB of ${String(most)}`;
}
