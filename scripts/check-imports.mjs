// Imports may go one way: a room of src/ imports itself and the rooms before it (docs/architecture in AGENTS.md). Run by `npm run check`.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';

const ROOMS = [
  'schema',
  'run',
  'task',
  'sandbox',
  'model',
  'agent',
  'trajectory',
  'step',
  'reward',
  'score',
  'student',
  'train',
  'leaderboard',
  'cli',
];
const root = resolve(import.meta.dirname, '../src');
const roomOf = (file) => (relative(root, file).includes(sep) ? relative(root, file).split(sep)[0] : 'index');

const files = readdirSync(root, { recursive: true })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => join(root, name));
const wrong = [];
for (const file of files) {
  const from = roomOf(file);
  for (const [, target] of readFileSync(file, 'utf8').matchAll(/(?:from|import)\s*\(?['"](\.[^'"]+)['"]/g)) {
    const to = roomOf(resolve(dirname(file), target));
    if (from !== 'index' && (to === 'index' || ROOMS.indexOf(to) > ROOMS.indexOf(from)))
      wrong.push(`${relative(root, file)} (${from}) imports ${target} (${to})`);
  }
  if (from !== 'index' && !ROOMS.includes(from)) wrong.push(`${relative(root, file)}: unknown room ${from}`);
}
if (wrong.length > 0) {
  console.error(`Imports against the direction ${ROOMS.join(' → ')}:\n  ${wrong.join('\n  ')}`);
  process.exit(1);
}
console.log(`${files.length} files: imports go one way`);
