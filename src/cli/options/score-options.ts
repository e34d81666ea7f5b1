// The options of `score`, and which settings make two runs the same one.
import { Command, InvalidArgumentError, Option } from 'commander';
import { type AttemptLimits, defaultLimits } from '../../agents/loop/limits.ts';
import { prompts } from '../../agents/loop/prompts.ts';
import { whole } from '../../core/options/fields.ts';
import { checked } from './checked.ts';
import { type SelectionOptions, wholeNumber, withSelection } from './selection.ts';

export interface ScoreCommandOptions extends SelectionOptions {
  predictions?: string;
  student?: string;
  tasks?: string[];
  steps?: string;
  name?: string;
  jobs: number;
  attemptJobs: number;
  workers?: number;
  prompt: string;
  window: number;
  stepLimit: number;
  maxNewTokens: number;
  observationChars: number;
  commandTimeout: number;
  seed: number;
  cache: boolean;
  failUnder?: number;
  run?: string;
  json?: boolean;
}

export const scoreOptions = (): Command =>
  withSelection(new Command('score'))
    .option('--predictions <file>', "SWE-bench's .json or .jsonl, or `gold` for the instances' own patches")
    .option('--student <dir>', 'a student folder: the agent runs with it, greedy, and what it changes is judged')
    .option('--tasks <source...>', 'suites, task folders, JSONL or JSON; all suites unless told')
    .option('--steps <file>', 'with --student: also the mean step reward on these held-out step instances')
    .option('--name <name>', 'row on the leaderboard; the name of the student or of the predictions unless told')
    .option('-j, --jobs <n>', 'verdicts at once', checked(whole({ min: 1 })), 2)
    .option(
      '--attempt-jobs <n>',
      'attempts at once: the student answers them in batches',
      checked(whole({ min: 1 })),
      16,
    )
    .option(
      '--workers <n>',
      'threads, each with a copy of the student; 0 = none (default: what suits the backend)',
      wholeNumber,
    )
    .addOption(new Option('--prompt <name>', 'what the student is told').choices(Object.keys(prompts)).default('brief'))
    .option('--window <n>', 'action–observation pairs the student is shown', wholeNumber, 2)
    .option('--step-limit <n>', 'steps of one attempt', wholeNumber, 12)
    .option('--max-new-tokens <n>', 'tokens of one answer', checked(whole({ min: 1 })), 96)
    .option(
      '--observation-chars <n>',
      'characters shown of one observation',
      wholeNumber,
      defaultLimits.observationChars,
    )
    .option('--command-timeout <s>', 'wall clock of one command', wholeNumber, defaultLimits.commandTimeoutMs / 1000)
    .option('--seed <n>', 'recorded with the attempts; greedy answers do not depend on it', wholeNumber, 1)
    .option('--no-cache', 'judge again what was judged before')
    .option('--fail-under <rate>', 'exit 1 when the resolve rate (0–1) is lower', rate)
    .option('--run <dir>', 'run folder; naming one resumes it')
    .option('--json', 'print the report as the last line of stdout')
    .addHelpText(
      'after',
      `
Examples:
  stepwright score --predictions gold --tasks upstream
  stepwright score --student students/base --tasks katas --split heldout --run runs/base`,
    );

/** What the attempts of a student depend on beside its weights. */
export function settingsOf(options: ScoreCommandOptions) {
  const { prompt, window, stepLimit, maxNewTokens, observationChars, commandTimeout, seed } = options;
  return { prompt, window, stepLimit, maxNewTokens, observationChars, commandTimeout, seed };
}

export const attemptLimits = (options: ScoreCommandOptions): Partial<AttemptLimits> => ({
  steps: options.stepLimit,
  observationChars: options.observationChars,
  commandTimeoutMs: options.commandTimeout * 1000,
});

function rate(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 1)) throw new InvalidArgumentError('Expected a rate from 0 to 1.');
  return value;
}
