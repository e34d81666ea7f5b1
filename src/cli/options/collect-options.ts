// The options of `collect`, and what follows from them.
import { Command, Option } from 'commander';
import { type AttemptLimits, defaultLimits } from '../../agents/loop/limits.ts';
import { prompts } from '../../agents/loop/prompts.ts';
import { teacherNames } from '../../agents/teacher/registry.ts';
import { real, whole } from '../../core/options/fields.ts';
import { checked } from './checked.ts';
import { type SelectionOptions, wholeNumber, withSelection } from './selection.ts';

export interface CollectCommandOptions extends SelectionOptions {
  tasks: string[];
  teacher: string;
  prompt: string;
  attempts: number;
  jobs: number;
  seed: number;
  stepLimit: number;
  tokenLimit: number;
  costLimit: number;
  timeLimit: number;
  commandTimeout: number;
  observationChars: number;
  stdioCommand?: string;
  recording?: string[];
  model?: string;
  answerTimeout?: number;
  allowUnknownCost?: boolean;
  judge: boolean;
  onlyResolved?: boolean;
  run?: string;
  out?: string;
  json?: boolean;
}

export const collectOptions = (): Command =>
  withSelection(new Command('collect'))
    .requiredOption('--tasks <source...>', 'suites under tasks/ (upstream, katas), task folders, JSONL or JSON')
    .addOption(new Option('--teacher <name>', 'who works').choices(teacherNames).default('scripted'))
    .addOption(new Option('--prompt <name>', 'what the model is told').choices(Object.keys(prompts)).default('default'))
    .option('--attempts <n>', 'attempts at each instance', checked(whole({ min: 1 })), 1)
    .option('-j, --jobs <n>', 'attempts at once', checked(whole({ min: 1 })), 2)
    .option('--seed <n>', 'seed of a teacher that has choices', wholeNumber, 1)
    .option(
      '--step-limit <n>',
      'steps of one attempt; 0 = no limit, as for all limits',
      checked(whole()),
      defaultLimits.steps,
    )
    .option('--token-limit <n>', 'tokens of one attempt, in and out', checked(whole()), defaultLimits.tokens)
    .option('--cost-limit <usd>', 'dollars of one attempt', checked(real()), defaultLimits.costUsd)
    .option('--time-limit <s>', 'wall clock of one attempt', checked(real()), defaultLimits.timeMs / 1000)
    .option(
      '--command-timeout <s>',
      'wall clock of one command',
      checked(real()),
      defaultLimits.commandTimeoutMs / 1000,
    )
    .option(
      '--observation-chars <n>',
      'characters shown of one observation',
      checked(whole()),
      defaultLimits.observationChars,
    )
    .option('--stdio-command <command>', 'stdio: the program that answers (docs/teachers.md)')
    .option('--recording <path...>', 'recorded: files or folders of trajectories')
    .option('--model <name>', 'anthropic: the model; stdio: the name to record')
    .option('--answer-timeout <s>', 'wait for one answer', checked(real({ above: 0 })))
    .option('--allow-unknown-cost', 'use a model that the price table does not know')
    .option('--no-judge', 'do not run the tests on what came out')
    .option('--only-resolved', 'write only resolved trajectories to --out')
    .option('--run <dir>', 'run folder; naming one resumes it')
    .option('--out <file>', 'also write all trajectories of the run there (.jsonl or .jsonl.gz)')
    .option('--json', 'print the counts as the last line of stdout')
    .addHelpText(
      'after',
      `
Examples:
  stepwright collect --tasks upstream --split train --only-resolved --out trajectories/upstream.jsonl
  stepwright collect --tasks katas --prompt brief -j 4
  stepwright collect --tasks upstream --teacher anthropic --model claude-sonnet-5-5 --cost-limit 1`,
    );

export const limitsOf = (options: CollectCommandOptions): Partial<AttemptLimits> => ({
  steps: options.stepLimit,
  tokens: options.tokenLimit,
  costUsd: options.costLimit,
  timeMs: options.timeLimit * 1000,
  commandTimeoutMs: options.commandTimeout * 1000,
  observationChars: options.observationChars,
});
