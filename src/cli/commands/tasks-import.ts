// `tasks import`: rows of other data sets as a suite.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { cannotBeRead } from '../../core/io/input-rows.ts';
import { option } from '../../core/options/option.ts';
import { file as fileField, jsonField, suiteField, suiteFolderField } from '../../core/options/vocabulary.ts';
import { countOf } from '../../core/run/count-of.ts';
import { createReporter } from '../../core/run/reporter.ts';
import { splits } from '../../core/schema/step-instance.ts';
import { describeUnused } from '../../data/trajectory/unused.ts';
import { importFile } from '../../world/task/import-file.ts';
import { tasksDir } from '../../world/task/load.ts';
import { writeSuite } from '../../world/task/write.ts';
import { defineCommand } from '../options/command.ts';
import { EXIT, printJson, printText } from '../output.ts';

const schema = z.object({
  file: option(z.string(), 'JSON lines, a JSON list or object by id, or Parquet; gzip and zstd too'),
  suite: suiteField('name of the new suite'),
  out: suiteFolderField,
  environment: option(z.string().optional(), 'environment of rows that name none', { value: 'name' }),
  image: option(z.string().optional(), 'image of rows that name none', { value: 'ref' }),
  evalScript: fileField('script that runs the tests, for rows that hold none'),
  logParser: option(z.string().optional(), 'log parser of rows that name none', { value: 'name' }),
  split: option(z.enum(splits).default('heldout'), 'side of the split that all rows are put on', { value: 'side' }),
  json: jsonField('{imported, refused, unused}'),
});

export const tasksImportCommand = defineCommand({
  name: 'import',
  about: 'Imports rows of SWE-bench, SWE-smith, SWE-Gym or SWE-rebench as a suite.',
  options: schema,
  positional: 'file',
  examples: ['stepwright tasks import swe-bench-verified.jsonl --suite verified'],
  run: importRows,
});

async function importRows(options: z.output<typeof schema>): Promise<void> {
  const { file, suite, environment, image, logParser, split } = options;
  const evalScript = options.evalScript === undefined ? undefined : await readText(options.evalScript);
  const defaults = { suite, environment, image, evalScript, logParser, split };
  const { instances, refused, unused, notes } = await importFile(file, defaults);
  const out = options.out ?? join(tasksDir(), suite);
  if (instances.length > 0) await writeSuite(out, instances, 'jsonl');
  const emit = createReporter();
  for (const text of [...refused, ...notes]) emit({ type: 'warn', text });
  if (refused.length > 0) process.exitCode = EXIT.someFailed;
  if (options.json) printJson({ imported: instances.length, refused, unused });
  else
    printText(
      `${countOf(instances.length, 'instance')} imported, ${countOf(refused.length, 'row')} refused: ${out}${describeUnused({ unused })}`,
    );
}

const readText = (file: string): Promise<string> =>
  readFile(file, 'utf8').catch((error: unknown) => {
    throw cannotBeRead(file, error);
  });
