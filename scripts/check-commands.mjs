// A command parses, calls and prints: its file has at most 40 lines beside its imports and the comment at its head. Run by
// `npm run check`.
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const MAX_LINES = 40;
const HEAD = /^(?:\/\/.*\n|\s*\n|import\s[^;]*;\n)*/;

const folder = resolve(import.meta.dirname, '../src/cli/commands');
const files = readdirSync(folder);
const tooLong = files.flatMap((name) => {
  const body = readFileSync(join(folder, name), 'utf8').replace(HEAD, '');
  const lines = body.trimEnd().split('\n').length;
  return lines > MAX_LINES ? [`src/cli/commands/${name}: ${lines}`] : [];
});
if (tooLong.length > 0) {
  console.error(
    `More than ${MAX_LINES} lines in a command (move what it does to its room, and what it prints to src/cli/reports/):\n  ${tooLong.join('\n  ')}`,
  );
  process.exit(1);
}
console.log(`${files.length} commands: none has more than ${MAX_LINES} lines`);
