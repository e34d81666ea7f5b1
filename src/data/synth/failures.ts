// What a test log says of each failure: which test, where in the test file, and what came out instead of what was expected.
export interface Failure {
  /** pytest: the function's name with its class; TAP: the text after `not ok N`. */
  test: string;
  /** Where in the test files, the test itself first where the log says so; never empty. */
  frames: Frame[];
  /** The assertion's or exception's own words. */
  message: string;
  expected?: string;
  actual?: string;
}

export interface Frame {
  file: string;
  /** 1-based. */
  line: number;
}

/** How a runner writes a failure down: the line that begins one, the line that ends it, and how to read what stands between. */
interface Form {
  head: RegExp;
  end: RegExp;
  read: (test: string, body: string[], isTest: IsTest) => Failure | undefined;
}

/** Tells the frames of test files from those of the project, whose lines must not be shown. */
type IsTest = (path: string) => boolean;

const forms: Record<string, Form> = {
  pytest: { head: /^_{3,} (.+?) _{3,}$/, end: /^={3,} /, read: pytestFailure },
  tap: { head: /^ *not ok \d+(?: -)? *(.*)$/, end: /^ *(?:ok \d+|# |1\.\.)/, read: tapFailure },
  unittest: {
    head: /^(?:FAIL|ERROR): \S+ \((\S+)\)$/,
    end: /^(?:={10,}|Ran \d+ tests? in .*)$/,
    read: unittestFailure,
  },
};

export function readFailures(log: string, logParser: string, isTest: IsTest): Failure[] {
  const form = forms[logParser];
  if (form === undefined) return [];
  return sections(log, form).flatMap(({ title, body }) => form.read(title, body, isTest) ?? []);
}

interface Section {
  title: string;
  body: string[];
}

function sections(log: string, { head, end }: Form): Section[] {
  const found: Section[] = [];
  let open = false;
  for (const line of log.split('\n')) {
    const title = head.exec(line)?.[1];
    if (title !== undefined) found.push({ title, body: [] });
    open = title !== undefined || (open && !end.test(line));
    if (open && title === undefined) found.at(-1)!.body.push(line);
  }
  return found;
}

function framesIn(body: string[], form: RegExp, isTest: IsTest): Frame[] {
  const found = body.map((line) => form.exec(line)).filter((frame) => frame !== null);
  return found.filter(([, file]) => isTest(file!)).map(([, file, line]) => ({ file: file!, line: Number(line) }));
}

function pytestFailure(test: string, body: string[], isTest: IsTest): Failure | undefined {
  const frames = framesIn(body, /^(\S+\.py):(\d+): in /, isTest);
  const said = body.filter((line) => /^E {3}/.test(line)).map((line) => line.slice(4));
  if (frames.length === 0 || said.length === 0) return undefined;
  const message = clean(
    said
      .slice(0, 8)
      .join('\n')
      .replace(/^AssertionError: /, ''),
  );
  const compared = /^assert (.+) == (.+)$/.exec(message.split('\n')[0]!);
  const sides =
    compared && message.match(/ == /g)!.length === 1 ? { actual: compared[1]!, expected: compared[2]! } : {};
  return { test, frames, message, ...sides };
}

const UNITTEST_FRAME = /^ {2}File "(?:\/testbed\/)?([^"]+\.py)", line (\d+), in /;

function unittestFailure(test: string, body: string[], isTest: IsTest): Failure | undefined {
  const frames = framesIn(body, UNITTEST_FRAME, isTest);
  const said = body.find((line) => /^\w+(?:Error|Exception)\b/.test(line));
  if (frames.length === 0 || said === undefined) return undefined;
  const message = clean(said.replace(/^AssertionError: (?:\w+ differ: )?/, ''));
  const compared = said.startsWith('AssertionError') ? message.split(' != ') : [];
  const sides = compared.length === 2 ? { actual: compared[0]!, expected: compared[1]! } : {};
  return { test, frames, message, ...sides };
}

const JS_FRAME = /(?:\/testbed\/)?([^\s():]+\.[cm]?[jt]s):(\d+):\d+/;

function tapFailure(test: string, body: string[], isTest: IsTest): Failure | undefined {
  const frames = framesIn(body, JS_FRAME, isTest);
  if (frames.length === 0) return undefined;
  const expected = yamlText(body, 'expected');
  const actual = yamlText(body, 'actual');
  const message = clean(expected === undefined ? messageLines(body) : test);
  if (message === '') return undefined;
  const sides =
    expected === undefined || actual === undefined ? {} : { expected: clean(expected), actual: clean(actual) };
  return { test, frames, message, ...sides };
}

/** mocha's reporter prints the message and then the stack, which begins with the message again. */
function messageLines(body: string[]): string {
  const stack = body.findIndex((line) => /^ +at /.test(line));
  const lines = body.slice(0, stack === -1 ? body.length : stack).map((line) => line.trim());
  const named = lines.findIndex((line) => /^(?:[A-Z]\w*Error|Error)\b/.test(line));
  return lines
    .slice(named === -1 ? 0 : named)
    .join('\n')
    .replace(/^AssertionError: /, '')
    .trim();
}

/** The text of a key in tape's diagnostics: on its line, or indented below it. */
function yamlText(body: string[], key: string): string | undefined {
  const at = body.findIndex((line) => line.trim().startsWith(`${key}:`));
  if (at === -1) return undefined;
  const inline = body[at]!.trim()
    .slice(key.length + 1)
    .trim();
  if (inline !== '' && !/^[|>]-?$/.test(inline)) return inline;
  const indent = body[at]!.search(/\S/);
  const below = body.slice(at + 1);
  const end = below.findIndex((line) => line.trim() !== '' && line.search(/\S/) <= indent);
  return below
    .slice(0, end === -1 ? below.length : end)
    .map((line) => line.trim())
    .join('\n');
}

/** Addresses change from run to run and would say nothing to a reader. */
const clean = (text: string): string => text.replace(/ at 0x[0-9a-f]+/g, '').trim();
