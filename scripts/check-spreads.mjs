// No call spreads an array of unknown length: every element goes on the stack, and files hold more of them than fit there. Run by
// `npm run check`.
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** A list that stands there in full may be spread, as in `push(...[a, b])`; so may an object in a literal. */
const SPREAD =
  /(?:\bMath\.(?:max|min)|\.(?:push|unshift)|\bfromCharCode|\bfromCodePoint)\((?:[^(){}[\]]|\([^()]*\)|\{[^{}]*\})*?\.\.\.(?!\[[^\]]*\]\))/;

const root = resolve(import.meta.dirname, '../src');
const files = readdirSync(root, { recursive: true }).filter((name) => name.endsWith('.ts'));
const found = files.flatMap((file) =>
  readFileSync(join(root, file), 'utf8')
    .split('\n')
    .flatMap((line, index) =>
      SPREAD.test(line.replace(/\/\/.*|^\s*\*.*|`[^`]*`/, '')) ? [`${file}:${index + 1}: ${line.trim()}`] : [],
    ),
);
if (found.length > 0) {
  console.error(
    `Spread into a call (use maxOf, minOf or pushAll of core/run/large-arrays.ts):\n  ${found.join('\n  ')}`,
  );
  process.exit(1);
}
console.log(`${files.length} files: no array is spread into a call`);
