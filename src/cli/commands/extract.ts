// `extract`: trajectories → step instances.
import type { z } from 'zod';
import { jsonField, studentField } from '../../core/options/vocabulary.ts';
import { interruptSignal } from '../../core/run/interrupt.ts';
import { createReporter } from '../../core/run/reporter.ts';
import { extractSchema } from '../../data/step/options.ts';
import { extractRun } from '../../data/step/run.ts';
import { defineCommand } from '../options/command.ts';
import { EXIT, printJson } from '../output.ts';
import { emitExtractReport, extractHelp } from '../reports/extract.ts';
import { withStudentFolder } from '../student-source.ts';

const schema = extractSchema.extend({
  student: studentField('student whose tokenizer counts tokens'),
  json: jsonField('the statistics'),
});

export const extractCommand = defineCommand({
  name: 'extract',
  about: 'Turns trajectories into step instances: one small problem for each action of the expert.',
  options: schema,
  positional: 'trajectories',
  help: extractHelp(),
  examples: [
    'stepwright extract trajectories/katas.jsonl.gz -o runs/steps.jsonl --only train',
    'stepwright extract swe-smith.jsonl -o data/steps.parquet --to verl --shard-rows 50000 --holdout-trajectories 30 --drop last',
  ],
  run: extract,
});

async function extract(given: z.output<typeof schema>): Promise<void> {
  const { student, json, ...options } = await withStudentFolder(given);
  const emit = createReporter();
  const result = await extractRun(options, {
    ...{ onEvent: emit, signal: interruptSignal() },
    ...(student !== undefined && { counter: await tokenCounterOf(student) }),
  });
  emitExtractReport(result, emit);
  if (json) printJson(result);
  if (result.rejected > 0 || result.unknown.length > 0 || result.written === 0) process.exitCode = EXIT.someFailed;
}

/** Loaded on demand: most extractions count characters. */
const tokenCounterOf = async (student: string) =>
  (await import('../../learning/student/checkpoint/prompt-tokens.ts')).openTokenCounter(student);
