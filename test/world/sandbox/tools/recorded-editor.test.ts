// The editor calls of recorded trajectories: our answer, byte for byte. Files that a trajectory makes are made by its own calls; of the
// repository's files, as much is pieced together as an answer shows. Third-party data, read where it lies.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { sweAgentStyle } from '../../../../src/agents/loop/styles.ts';
import { attemptContext } from '../../../../src/agents/loop/turn.ts';
import type { Step } from '../../../../src/core/schema/trajectory.ts';
import { loadTrajectories } from '../../../../src/data/trajectory/load.ts';
import { findTool } from '../../../../src/world/sandbox/tools/tools.ts';
import { openLocalSandbox } from '../../../support/local-sandbox.ts';

const folder = resolve('../shared/data/swe-smith');
const rows = join(folder, 'ft_xml_example.jsonl');
const run = join(folder, 'pydantic__pydantic.acb0f10f.pr_8316.traj');
const style = sweAgentStyle({ terminal: true });

test.skipIf(!existsSync(folder))(`every recorded editor call is answered to the byte (needs ${folder})`, async () => {
  let calls = 0;
  for (const { steps } of await loadTrajectories([rows, run])) {
    await using box = await openLocalSandbox({});
    const context = attemptContext(box, { dialect: 'swe-agent' });
    const made = new Set<string>();
    for (const step of steps.filter(({ tool_call }) => tool_call?.name === 'str_replace_editor')) {
      const args = step.tool_call!.arguments as Record<string, string>;
      if (args.command === 'create') made.add(args.path!);
      else if (!made.has(args.path!)) await box.writeFile(args.path!, fileBefore(step));
      const result = await findTool('str_replace_editor')!.run(args, context);
      if ('wrong' in result) throw new Error(result.wrong);
      expect(style.show(result).observation).toBe(step.observation);
      calls++;
    }
  }
  const inRows = (await readFile(rows, 'utf8')).split('<function=str_replace_editor>').length - 1;
  const { trajectory } = JSON.parse(await readFile(run, 'utf8')) as { trajectory: { action: string }[] };
  const inRun = trajectory.filter(({ action }) => action.startsWith('str_replace_editor ')).length;
  expect(calls).toBe(inRows + inRun);
});

/** A file to which the step's call gives the recorded answer; lines that it does not show are made up. */
function fileBefore({ tool_call, observation }: Step): string {
  const { command, old_str, new_str } = tool_call!.arguments as Record<string, string>;
  const shown = [...observation!.replaceAll('\r\n', '\n').matchAll(/^ *(\d+)(?:\t(.*))?$/gm)];
  const first = Number(shown[0]![1]);
  const text = shown.map(([, , line = '']) => line).join('\n');
  const isWhole = command === 'view' && tool_call!.arguments.view_range === undefined;
  const before = Array.from({ length: first - 1 }, (_, n) => `line ${n + 1}\n`).join('');
  const known = command === 'str_replace' ? text.replace(new_str!, () => old_str!) : text;
  return isWhole ? text : `${before}${known}${endsAt(shown.length, text, new_str) ? '\n' : '\nmore\n'.repeat(9)}`;
}

/** A snippet shows four lines after the new ones, unless the file ends there. */
function endsAt(lines: number, text: string, new_str: string | undefined): boolean {
  if (new_str === undefined) return false;
  const through = text.slice(0, text.indexOf(new_str) + new_str.length).split('\n').length;
  return lines - through < 4;
}
