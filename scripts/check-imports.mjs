// Imports go one way: from a room of src/ to itself and to the rooms before it, and never around in a circle. Types and dynamic imports
// count like any other. Run by `npm run check`.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

/** Every wing and its rooms, in the order in which they may build on each other. */
const HOUSE = {
  core: ['schema', 'options', 'run', 'patch', 'io', 'syntax'],
  world: ['task', 'sandbox', 'judge'],
  agents: ['model', 'teacher', 'loop'],
  data: ['trajectory', 'collect', 'step', 'curate', 'replay', 'reward', 'synth'],
  learning: ['student', 'train'],
  results: ['evaluate', 'leaderboard'],
};
const ROOMS = [
  ...Object.entries(HOUSE).flatMap(([wing, rooms]) => rooms.map((room) => `${wing}/${room}`)),
  'cli',
  'public',
  '.',
];
const SPECIFIER = /(?:\bfrom|\bimport)\s*\(?\s*['"](\.[^'"]+)['"]/g;

const root = resolve(import.meta.dirname, '../src');
const files = readdirSync(root, { recursive: true }).filter((name) => name.endsWith('.ts'));
const importsOf = new Map(
  files.map((file) => {
    const matches = readFileSync(join(root, file), 'utf8').matchAll(SPECIFIER);
    return [file, [...matches].map(([, path]) => relative(root, resolve(root, dirname(file), path)))];
  }),
);

const roomOf = (file) => ROOMS.find((room) => file.startsWith(`${room}/`)) ?? (file.includes('/') ? undefined : '.');

const against = files.flatMap((file) => {
  const from = roomOf(file);
  if (from === undefined) return [`${file} is in no room`];
  return importsOf
    .get(file)
    .filter((target) => ROOMS.indexOf(roomOf(target)) > ROOMS.indexOf(from))
    .map((target) => `${file} imports ${target}`);
});

const cycles = [];
const finished = new Set();
const visit = (file, path) => {
  if (path.includes(file)) cycles.push([...path.slice(path.indexOf(file)), file].join(' → '));
  if (path.includes(file) || finished.has(file)) return;
  for (const target of importsOf.get(file) ?? []) visit(target, [...path, file]);
  finished.add(file);
};
for (const file of files) visit(file, []);

const report = (title, lines) => lines.length > 0 && console.error(`${title}\n  ${lines.join('\n  ')}`);
report(`Imports against the direction ${ROOMS.join(' → ')}:`, against);
report('Imports in a circle:', cycles);
if (against.length + cycles.length > 0) process.exit(1);
console.log(`${files.length} files: imports go one way`);
