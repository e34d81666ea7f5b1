// `quickstart`: the whole loop on what ships, as the commands a user would type, one after the other in one run folder.
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { jsonField, runField, seedField } from '../../core/options/vocabulary.ts';
import { createReporter } from '../../core/run/reporter.ts';
import { defineCommand } from '../options/command.ts';
import { EXIT, printJson } from '../output.ts';
import { openQuickstart } from '../quickstart-run.ts';
import { quickstartStages } from '../quickstart-stages.ts';
import { type RunCommand, runStages, secondsOfWork } from '../run-stages.ts';

export const quickstartCommand = (runCommand: RunCommand) =>
  defineCommand({
    name: 'quickstart',
    about: 'Runs the whole loop on what ships with Stepwright. Needs no API key and no GPU.',
    options: z.object({
      run: runField({ shownDefault: 'the last one if unfinished, or runs/quickstart-<date>-<id>' }),
      seed: seedField('random seed of every sample, shuffle and rollout'),
      json: jsonField('the leaderboard'),
    }),
    examples: ['stepwright quickstart --seed 2'],
    async run({ run: dir, seed, json }, { resolved }) {
      await using run = await openQuickstart(seed, resolved, dir);
      const emit = createReporter();
      emit({ type: 'note', text: `run folder: ${run.dir}` });
      process.exitCode = await runStages(run, quickstartStages(run, seed), { emit, runCommand });
      if (process.exitCode !== EXIT.done) return;
      const seconds = await secondsOfWork(run);
      emit({ type: 'note', text: `${seconds} s of work. Open ${run.path('leaderboard.html')}` });
      if (json) printJson({ ...JSON.parse(await readFile(run.path('leaderboard.json'), 'utf8')), seconds });
    },
  });
