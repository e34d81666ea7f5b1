// `replay`: trajectories again in fresh sandboxes, and how faithful they are.
import type { z } from 'zod';
import { onOff } from '../../core/options/fields.ts';
import { option } from '../../core/options/option.ts';
import { jsonField } from '../../core/options/vocabulary.ts';
import { interruptSignal } from '../../core/run/interrupt.ts';
import { createReporter } from '../../core/run/reporter.ts';
import { normalRules } from '../../data/replay/normalise.ts';
import { replaySchema } from '../../data/replay/options.ts';
import { replayRun } from '../../data/replay/run.ts';
import { defineCommand } from '../options/command.ts';
import { EXIT, printJson } from '../output.ts';
import { openReplayShell } from '../replay-shell.ts';
import { emitReplayReport } from '../reports/replay.ts';

const schema = replaySchema.extend({
  shell: option(onOff, 'for one trajectory: run the steps before --from-step, then open a shell in that state'),
  json: jsonField(),
});

export const replayCommand = defineCommand({
  name: 'replay',
  about: 'Runs trajectories again in fresh sandboxes and reports where they differ from the recording.',
  options: schema,
  positional: 'paths',
  help: `Differences that do not count:
${normalRules.map(({ what, example: [before, after] }) => `  ${what}\n    ${JSON.stringify(before)} → ${JSON.stringify(after)}`).join('\n')}`,
  examples: [
    'stepwright replay trajectories/ -j 4 --json',
    'stepwright replay sphinx-10323.traj --image swebench/sweb.eval.x86_64.sphinx-doc_1776_sphinx-10323',
    'stepwright replay trajectories/upstream.jsonl --id qs.arithmetic_operator__0a1b --from-step 5 --shell',
  ],
  run,
});

async function run({ json, shell, ...options }: z.output<typeof schema>): Promise<void> {
  const emit = createReporter();
  const signal = interruptSignal();
  if (shell) {
    process.exitCode = await openReplayShell(options, { emit, signal });
    return;
  }
  const { rows, isFaithful, ...counts } = await replayRun(options, { onEvent: emit, signal });
  emitReplayReport(counts, rows, emit);
  if (json) printJson(counts);
  if (!isFaithful) process.exitCode = EXIT.someFailed;
}
