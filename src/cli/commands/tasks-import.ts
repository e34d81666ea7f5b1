// `tasks import`: rows of other data sets as a suite.
import type { z } from 'zod';
import { jsonField } from '../../core/options/vocabulary.ts';
import { createReporter } from '../../core/run/reporter.ts';
import { importSchema, importSuite } from '../../world/task/import-suite.ts';
import { defineCommand } from '../options/command.ts';
import { EXIT, printJson, printText } from '../output.ts';
import { describeImported } from '../reports/tasks.ts';

const schema = importSchema.extend({ json: jsonField('{imported, refused, unused}') });

export const tasksImportCommand = defineCommand({
  name: 'import',
  about: 'Imports rows of SWE-bench, SWE-smith, SWE-Gym or SWE-rebench as a suite.',
  options: schema,
  positional: 'file',
  examples: ['stepwright tasks import swe-bench-verified.jsonl --suite verified'],
  run: importRows,
});

async function importRows({ json, ...options }: z.output<typeof schema>): Promise<void> {
  const result = await importSuite(options);
  const { instances, refused, unused, notes } = result;
  const emit = createReporter();
  for (const text of [...refused, ...notes]) emit({ type: 'warn', text });
  if (refused.length > 0) process.exitCode = EXIT.someFailed;
  if (json) printJson({ imported: instances.length, refused, unused });
  else printText(describeImported(result));
}
