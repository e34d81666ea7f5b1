// Parsers read what hostile code wrote. Whatever that is, they answer, without a throw and within a second for 8 MiB.
import { beforeAll, describe, expect, test } from 'vitest';
import { createRandom, pick } from '../../../../src/core/run/random.ts';
import { readResults } from '../../../../src/world/judge/parsers/read-results.ts';
import { parsers } from '../../../../src/world/judge/parsers/registry.ts';

const MIB = 1024 * 1024;
const DEADLINE_MS = 30_000;

/** Of CPU, since the machine may be busy with other work. @unit milliseconds */
const WITHIN_MS = 1000;

const fill = (part: string, length: number): string => part.repeat(Math.ceil(length / part.length)).slice(0, length);

/** Of CPU, in all threads, until the parser has answered; the same text is its log and its report. @unit milliseconds */
async function timeOf(parser: string, text: string): Promise<number> {
  const started = process.cpuUsage();
  const { flaw } = await readResults(
    { parser, log: text, report: text, isFailOnly: parser.startsWith('parse_log') },
    DEADLINE_MS,
  );
  expect(flaw ?? '').not.toMatch(/cannot be read|could not be read/);
  const { user, system } = process.cpuUsage(started);
  return (user + system) / 1000;
}

// What starts the thread is not what reading takes.
beforeAll(() => timeOf('tap', 'ok'));

async function expectInTime(parser: string, make: (length: number) => string): Promise<void> {
  const text = make(8 * MIB);
  Buffer.from(text); // makes one text of its parts
  expect(await timeOf(parser, text)).toBeLessThan(WITHIN_MS);
}

const xml = (part: string) => (length: number) =>
  `<testsuites><testsuite>${fill(part, length)}</testsuite></testsuites>`;
const lines = (part: string) => (length: number) => fill(part, length);
/** Parts that a number makes differ. */
function numbered(before: string, after: string) {
  return (length: number): string => {
    const parts: string[] = [];
    for (let [n, written] = [0, 0]; written < length; n++) {
      const part = `${before}${n}${after}`;
      parts.push(part);
      written += part.length;
    }
    return parts.join('');
  };
}

/** Lines as long as lines may be. */
const longLines = (head: string, part: string, tail: string) => (length: number) =>
  fill(`${head}${fill(part, 60_000)}${tail}\n`, length);

describe.each<[string, Record<string, (length: number) => string>]>([
  [
    'junit',
    {
      'test cases that never end': xml('<testcase>'),
      'CDATA that never ends': xml('<![CDATA['),
      'comments that never end': xml('<!-- - '),
      'closing tags alone': xml('</testcase>'),
      'a test case of attributes': (length) =>
        xml(`<testcase ${Array.from({ length: length / 12 }, (_, i) => `a${i}="1"`).join(' ')}/>`)(length),
      'one long attribute': xml('<testcase name="&lt;&#65;'),
      'entities that refer to others': (length) =>
        `<!DOCTYPE a [${fill('<!ENTITY a "&b;&b;">', length)}]><testsuite>&a;`,
      'test cases that differ': (length) => `<testsuite>${numbered('<testcase name="', '"/>')(length)}</testsuite>`,
      'whole test cases': xml('<testcase classname="a" name="b"><failure/></testcase>'),
    },
  ],
  [
    'pytest',
    {
      'a summary line of spaces': longLines('PASSED a.py', ' ', 'x'),
      'a summary line of dashes': longLines('FAILED a.py', ' - ', 'x'),
      'an id of `::`': longLines('', 'a.py::', ''),
      'an id of `.py`': longLines('PASSED ', '.py', ' x'),
      'statuses that are none': longLines('a.py::t', ' PASSEDX', ''),
      'as many tests as are kept': () =>
        `<testsuite>${Array.from({ length: 100_000 }, (_, n) => `<testcase classname="a" name="t${n}"/>\na.py::t${n} PASSED\n`).join('')}</testsuite>`,
      'short ids beside a whole report': (length) =>
        `${xml('')(0)}\n<!-- ${fill('\nPASSED a.py::t[a . b . c]', length)} -->`,
    },
  ],
  [
    'parse_log_pytest',
    {
      'tests that differ': numbered('PASSED a.py::t', '\n'),
      colors: lines('\x1b[m\n'),
      'nothing but line ends': lines('\n'),
      'words and spaces': longLines('FAILED ', ' - ', 'x'),
    },
  ],
  [
    'parse_log_pytest_verbose',
    {
      'tests that differ': numbered('t', ' PASSED\n'),
      'spaces over many lines': lines('a     \n\n\n'),
      'one long word': longLines('', 'a', ' '),
    },
  ],
  [
    'tap',
    {
      'results that differ': numbered('ok ', '\n'),
      'a result of spaces': longLines('ok 1 - a', ' ', 'x'),
      'a result of hashes': longLines('ok 1 - a', ' # ', 'x'),
      'a plan of digits': longLines('1..', '9', ''),
      'a block that never ends': lines('ok\n  ---\n'),
      'an end that is indented as far as can be': (length) => `ok\n${' '.repeat(60_000)}---\n${fill('...\n', length)}`,
      'groups in groups': (length) =>
        Array.from({ length: 2000 }, (_, i) => `${' '.repeat(i)}# a${i}\n`).join('') + fill('ok a\n', length - 2 * MIB),
      'a group with a long name': (length) => `# ${fill('name', 60_000)}\n${fill('ok a\n', length)}`,
    },
  ],
  [
    'unittest',
    {
      'tests that differ': numbered('t', ' (a.b) ... ok\n'),
      'ends that are none': lines('Ran 1 test in \n'),
      'a line of dots': longLines('test_a (a.b) ... ', ' ... ', 'x'),
      'a heading of brackets': longLines('FAIL: ', 'a (', ''),
      'an id of dots': longLines('test_a (', 'a.', ''),
    },
  ],
])('%s answers in time to', (parser, texts) => {
  test.each(Object.keys(texts))('%s', async (name) => expectInTime(parser, texts[name]!));
});

describe('evidence that a suite ran is looked for in time in', () => {
  test.each([
    ['a number that never ends', longLines('', '1', '')],
    ['words of jest', longLines('', 'Test Suites: ', '')],
  ])('%s', async (_what, make) => expectInTime('parse_log_pytest', make));
});

const PIECES = [
  ...[
    '<testsuite>',
    '</testsuite>',
    '<testcase classname="a" name="',
    '"/>',
    '">',
    '</testcase>',
    '<failure',
    '/>',
    '&#99999999999;',
  ],
  ...[
    '&#0;',
    '&amp;',
    '&',
    '<![CDATA[',
    ']]>',
    '<!--',
    '-->',
    '<?',
    '<!DOCTYPE x [',
    'ok ',
    'not ok ',
    '1..',
    '1',
    ' - ',
    '# ',
    '#',
  ],
  ...[
    'Subtest: ',
    'SKIP',
    'TODO',
    '---',
    '...',
    '  ',
    '\n',
    '\n',
    '\n',
    '\r',
    '\t',
    '\0',
    '\x1b[',
    '1m',
    '\ufeff',
    '\ud800',
    '\u2028',
  ],
  ...[
    'PASSED ',
    'FAILED ',
    'ERROR ',
    'a.py',
    '::',
    't[',
    ']',
    'test_a (a.b.test_a)',
    ' ... ',
    'Ran 1 test in 1s',
    'OK',
    'FAIL: ',
  ],
  ...['constructor', '__proto__', 'toString', 'ok', 'skipped', 'expected failure'],
];

test.each([...parsers.keys()])(
  '%s answers to texts made at random of the pieces that mean something',
  async (parser) => {
    const random = createRandom(parser);
    for (const length of [1, 3, 10, 100, 1000, 10_000, 100_000])
      for (let round = 0; round < 10; round++)
        await timeOf(parser, Array.from({ length }, () => pick(random, PIECES)).join(''));
  },
  120_000,
);

test('a parser that does not come to an end is ended, and the next log finds another', async () => {
  const log = fill('PASSED a.py::t\n', 8 * MIB);
  const late = await readResults({ parser: 'parse_log_pytest', log, report: '', isFailOnly: false }, 1);
  expect(late).toEqual({ statuses: {}, flaw: 'the test log could not be read within 0.001 s', suiteRan: false });
  const { statuses } = await readResults({
    parser: 'parse_log_pytest',
    log: 'PASSED a.py::t',
    report: '',
    isFailOnly: false,
  });
  expect({ ...statuses }).toEqual({ 'a.py::t': 'PASSED' });
});

test('a log that no parser can be found for is a flaw, not a throw', async () => {
  expect(await readResults({ parser: 'constructor', log: '', report: '', isFailOnly: false })).toMatchObject({
    flaw: expect.stringContaining('Unknown log_parser "constructor"'),
  });
});
