import { readdirSync } from 'node:fs';

/** Runs one benchmark by name, or all of them. */
const names = readdirSync(import.meta.dirname)
  .filter(file => file.endsWith('.ts') && file !== 'run.ts')
  .map(file => file.slice(0, -'.ts'.length));
const asked = process.argv.slice(2).filter(name => !name.startsWith('--'));
const unknown = asked.filter(name => !names.includes(name));
if (unknown.length > 0) {
  console.error(`There is no benchmark named ${unknown.join(', ')}. There are: ${names.join(', ')}.`);
  process.exitCode = 1;
} else {
  for (const name of asked.length > 0 ? asked : names) {
    console.log(`${name}:`);
    await import(`./${name}.ts`);
  }
}
