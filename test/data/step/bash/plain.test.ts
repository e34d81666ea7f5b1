// What is read without the grammar is what the grammar reads: held one against the other on scripts put together at random, and on those
// of the trajectories that ship.
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { expect, test } from 'vitest';
import { createRandom, pick } from '../../../../src/core/run/random.ts';
import { createByteRanges } from '../../../../src/data/step/bash/byte-range.ts';
import { readCommands } from '../../../../src/data/step/bash/commands.ts';
import { type PlainScript, readPlainScript } from '../../../../src/data/step/bash/plain.ts';
import { loadBashSyntax } from '../../../../src/data/step/bash/syntax.ts';
import { readUnits } from '../../../../src/data/step/bash/units.ts';
import { scriptOf } from '../../../../src/data/step/tools.ts';
import { loadTrajectories } from '../../../../src/data/trajectory/load.ts';

const readSyntax = await loadBashSyntax();

const readPlain = (script: string) => readPlainScript(script, createByteRanges(script), '/t');

function readByGrammar(script: string): PlainScript | undefined {
  const root = readSyntax(script);
  return root && { commands: readCommands(root, script, createByteRanges(script), '/t'), units: readUnits(root) };
}

const PIECES =
  `a ls -l x=1 a=b 2 2>&1 2>/dev/null && ; | || & "a b" 'x y' *.py a?b a"b c"d cd /x .. - if for time ! test == = -n " \n #c $x . a^b
  HEAD^ % @ 1 + in done [ ] { } ~ é "é" --a="b" 2> a2 true x:y pushd popd -P 1.5 =~ let export do
  "\\.a" "\\$x" "\\\\" "\\"b" 'c\\' "\\\`d" "\\n*" \\;`.split(/[ ]+|\n {2}/);

test('scripts put together at random', () => {
  const random = createRandom(1);
  let plain = 0;
  for (let i = 0; i < 10_000; i++) {
    const count = 1 + Math.floor(random() * 7);
    const parts = Array.from({ length: count }, () => pick(random, PIECES) + (random() < 0.8 ? ' ' : ''));
    const script = parts.join('');
    const read = readPlain(script);
    if (read === undefined) continue;
    plain += 1;
    if (!isDeepStrictEqual(read, readByGrammar(script))) expect(read, script).toEqual(readByGrammar(script));
  }
  expect(plain).toBeGreaterThan(500);
});

test('the scripts of the trajectories that ship, most of which are plain', async () => {
  const trajectories = await loadTrajectories([join(import.meta.dirname, '../../../../trajectories')]);
  const calls = trajectories.flatMap(({ steps }) => steps.flatMap(({ tool_call }) => tool_call ?? []));
  const scripts = new Set(calls.flatMap((call) => scriptOf(call) ?? []));
  const plain = [...scripts].filter((script) => readPlain(script) !== undefined);
  expect(plain.filter((script) => !isDeepStrictEqual(readPlain(script), readByGrammar(script)))).toEqual([]);
  expect(plain.length / scripts.size).toBeGreaterThan(0.8);
});
