// The options of `scoreRun` and of the command `score`, and which settings make two runs the same one.
import { z } from 'zod';
import { commandFields, promptField, stepLimitField } from '../../agents/loop/options.ts';
import { onOff, share, whole } from '../../core/options/fields.ts';
import { option } from '../../core/options/option.ts';
import { file, runField, runtimeField, seedField, sourcesField, studentField } from '../../core/options/vocabulary.ts';
import type { OptionsOf } from '../../core/run/application.ts';
import { SOURCES, selectionFields } from '../../world/task/selection.ts';

export const scoreSchema = z.object({
  predictions: file("SWE-bench predictions (.json or .jsonl), or `gold` for the instances' own patches"),
  student: studentField('student that the agent runs with, greedily, and whose patches are judged'),
  tasks: sourcesField(`${SOURCES}; all suites by default`),
  ...selectionFields,
  steps: file('with --student: also compute the mean step reward on these held-out step instances'),
  name: option(z.string().optional(), 'name on the leaderboard', {
    value: 'name',
    shownDefault: 'that of the student or the predictions',
  }),
  jobs: option(
    whole({ min: 1 }).optional(),
    'attempts at once with --student, which answers them in batches; verdicts at once with --predictions',
    { short: 'j', formerly: ['attempt-jobs'], shownDefault: '16 attempts, 2 verdicts' },
  ),
  judgeJobs: option(whole({ min: 1 }).default(2), 'verdicts at once with --student'),
  workers: option(whole().optional(), 'threads, each with a copy of the student; 0 = none', {
    shownDefault: 'what suits the backend',
  }),
  prompt: promptField('brief'),
  window: option(whole().default(2), 'action–observation pairs that the student is shown'),
  stepLimit: stepLimitField(12),
  maxNewTokens: option(whole({ min: 1 }).default(96), 'maximum tokens of one completion'),
  ...commandFields,
  runtime: runtimeField,
  seed: seedField('random seed recorded with the attempts; greedy completions do not depend on it'),
  cache: option(onOff.default(true), 'judge again what was judged before'),
  failUnder: option(share().default(0), 'exit with 1 when the resolve rate (0 to 1) is lower', { value: 'rate' }),
  run: runField(),
});

/** What has a default may be left out. */
export type ScoreRunOptions = OptionsOf<typeof scoreSchema>;
export type ScoreSettings = z.output<typeof scoreSchema>;

/** What the attempts of a student depend on beside its weights. */
export function settingsOf(options: ScoreSettings) {
  const { prompt, window, stepLimit, maxNewTokens, observationChars, commandTimeout, seed } = options;
  return { prompt, window, stepLimit, maxNewTokens, observationChars, commandTimeout, seed };
}

/** With predictions, verdicts are all there is to do. */
export const jobsOf = ({ predictions, jobs, judgeJobs }: ScoreSettings) =>
  predictions !== undefined ? { verdicts: jobs ?? 2, attempts: 0 } : { verdicts: judgeJobs, attempts: jobs ?? 16 };
