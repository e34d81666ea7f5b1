// A stdio teacher whose answers come from files, so that a person or an agent can work turn by turn from separate shell calls.
//
//     stepwright collect … --teacher stdio --stdio-command 'node scripts/file-teacher.mjs serve DIR'
//     node scripts/file-teacher.mjs say DIR < answer.txt     # answers the open question, waits, prints the next observation
//
// Every attempt has a folder DIR/<instance id, as a file name>[.<attempt>] with request-N.json (the whole conversation) and shown-N.txt (what came
// last). The answer to both is reply-N.txt: plain text, or {"text": …} as one JSON value. `over` appears when the attempt has ended.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { text as readAll } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 200;
const [mode, dir] = process.argv.slice(2);
if (dir === undefined || (mode !== 'serve' && mode !== 'say')) {
  console.error('usage: file-teacher.mjs serve DIR | say DIR [< ANSWER]');
  process.exit(2);
}
await (mode === 'serve' ? serve() : say());

async function serve() {
  const { STEPWRIGHT_INSTANCE_FILE: name = 'attempt', STEPWRIGHT_ATTEMPT: attempt = '0' } = process.env;
  const folder = freeFolder(join(dir, attempt === '0' ? name : `${name}.${attempt}`));
  mkdirSync(folder, { recursive: true });
  process.on('SIGTERM', () => process.exit(0));
  process.on('exit', () => writeFileSync(join(folder, 'over'), ''));
  let n = 0;
  for await (const line of createInterface({ input: process.stdin })) {
    const { messages } = JSON.parse(line);
    writeWhole(
      join(folder, `shown-${n}.txt`),
      messages
        .slice(n === 0 ? 0 : -1)
        .map(({ content }) => content)
        .join('\n\n'),
    );
    writeWhole(join(folder, `request-${n}.json`), JSON.stringify(messages, null, 1));
    const reply = join(folder, `reply-${n}.txt`);
    console.error(`file-teacher: waiting for ${reply}`);
    process.stdout.write(`${JSON.stringify(asReply(await whenWritten(reply)))}\n`);
    n++;
  }
}

/** An attempt made again does not mix with the files of the one before. */
function freeFolder(path) {
  for (let again = 1; ; again++) {
    const folder = again === 1 ? path : `${path}-again-${again}`;
    if (!existsSync(folder)) return folder;
  }
}

/** Files that are still being written are let alone: two looks must see the same size. */
async function whenWritten(path) {
  for (let size = -1; ; await sleep(POLL_MS)) {
    const now = existsSync(path) ? statSync(path).size : 0;
    if (now > 0 && now === size) return readFileSync(path, 'utf8');
    size = now;
  }
}

function asReply(text) {
  try {
    const value = JSON.parse(text);
    if (typeof value?.text === 'string') return value;
  } catch {
    // plain text
  }
  return { text: text.trimEnd() };
}

async function say() {
  const answer = process.stdin.isTTY ? '' : await readAll(process.stdin);
  if (answer.trim() !== '') {
    const { folder, n } = await until(openQuestion, `no open question in ${dir}`);
    writeWhole(join(folder, `reply-${n}.txt`), answer);
    const isOver = () => existsSync(join(folder, 'over'));
    await until(() => isOver() || existsSync(join(folder, `request-${n + 1}.json`)), 'no observation');
    if (isOver()) return console.log(`(${basename(folder)} is over)`);
  }
  const { folder, n } = await until(openQuestion, `no open question in ${dir}`);
  console.log(`[${basename(folder)}, turn ${n}]\n${readFileSync(join(folder, `shown-${n}.txt`), 'utf8')}`);
}

/** The first running attempt that waits for an answer, and the number of its question. */
function openQuestion() {
  for (const folder of existsSync(dir) ? readdirSync(dir).map((name) => join(dir, name)) : []) {
    if (!statSync(folder).isDirectory() || existsSync(join(folder, 'over'))) continue;
    const n = readdirSync(folder).filter((name) => /^request-\d+\.json$/.test(name)).length - 1;
    if (n >= 0 && !existsSync(join(folder, `reply-${n}.txt`))) return { folder, n };
  }
  return undefined;
}

/** Waits up to ten minutes for a value. */
async function until(look, otherwise) {
  for (const end = Date.now() + 600_000; Date.now() < end; await sleep(POLL_MS)) {
    const value = look();
    if (value) return value;
  }
  console.error(`file-teacher: ${otherwise} within 10 minutes`);
  process.exit(1);
}

function writeWhole(path, text) {
  writeFileSync(`${path}.part`, text);
  renameSync(`${path}.part`, path);
}
