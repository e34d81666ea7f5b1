// Output: exact bytes, in the order they were written, bounded where it is read.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConformanceCase } from '../case.ts';

const exact: [name: string, command: string, output: string][] = [
  ['no output is no output', ':', ''],
  ['a last line without an end stays without', "printf 'a\\nb'", 'a\nb'],
  ['carriage returns and escapes pass', "printf 'a\\rb\\033[1mc\\r\\n'", 'a\rb\u001b[1mc\r\n'],
  ['NUL passes', "printf 'a\\000b'", 'a\0b'],
  ['invalid UTF-8 is replaced', "printf 'a\\377b'", 'a\uFFFDb'],
  ['a character written in two halves is one', "printf '\\303'; sleep 0.1; printf '\\251'", 'é'],
  [
    'both streams come as written',
    'for i in 1 2 3; do echo out$i; echo err$i >&2; done',
    'out1\nerr1\nout2\nerr2\nout3\nerr3\n',
  ],
  ['neither stream is a terminal', '[ -t 1 ] || [ -t 2 ] || echo none', 'none\n'],
];

export const outputCases: ConformanceCase[] = [
  ...exact.map(
    ([name, command, output]): ConformanceCase => ({
      name,
      async run({ box }) {
        assert.equal((await box.exec(command)).output, output);
      },
    }),
  ),
  {
    name: '100,000 lines, the last without an end, arrive whole',
    async run({ box }) {
      const { output, truncated } = await box.exec('seq 99999; printf 100000', { maxOutputBytes: 4e6 });
      assert.equal(truncated, false);
      assert.equal(output, Array.from({ length: 100_000 }, (_, i) => i + 1).join('\n'));
    },
  },
  {
    name: 'beyond the cap head and tail are kept and the cut is counted',
    async run({ box }) {
      const { output, truncated } = await box.exec('echo first; seq 100000; echo last', { maxOutputBytes: 1000 });
      assert.equal(truncated, true);
      assert.match(output, /^first\n1\n2\n[\s\S]*\[… \d+ bytes cut …\][\s\S]*100000\nlast\n$/);
    },
  },
  {
    name: 'a flood ends at its time-out, and the next command runs',
    async run({ box }) {
      const result = await box.exec('yes', { timeoutMs: 1000, maxOutputBytes: 10_000 });
      assert.equal(result.timedOut && result.truncated, true);
      assert.equal((await box.exec('echo on')).output, 'on\n');
    },
  },
  {
    name: 'all of it in a file, up to a cap',
    async run({ box }) {
      const dir = await mkdtemp(join(tmpdir(), 'stepwright-conformance-'));
      const path = join(dir, 'output');
      try {
        await box.exec('seq 1000', { maxOutputBytes: 10, outputFile: { path, maxBytes: 1e6 } });
        assert.equal((await readFile(path, 'utf8')).split('\n').length, 1001);
        await box.exec('seq 1000', { outputFile: { path, maxBytes: 100 } });
        assert.equal((await stat(path)).size, 100);
      } finally {
        await rm(dir, { recursive: true });
      }
    },
  },
];
