// `importSuite`: rows of another data set become a suite on disk. The command `tasks import` is this with a command line.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { cannotBeRead } from '../../core/io/input-rows.ts';
import { option } from '../../core/options/option.ts';
import { file as fileField, suiteField, suiteFolderField } from '../../core/options/vocabulary.ts';
import { type OptionsOf, resolveRunOptions } from '../../core/run/application.ts';
import { splits } from '../../core/schema/step-instance.ts';
import { type ImportedFile, importFile } from './import-file.ts';
import { tasksDir } from './load.ts';
import { writeSuite } from './write.ts';

export const importSchema = z.object({
  file: option(z.string(), 'JSON lines, a JSON list or object by id, or Parquet; gzip and zstd too'),
  suite: suiteField('name of the new suite'),
  out: suiteFolderField,
  environment: option(z.string().optional(), 'environment of rows that name none', { value: 'name' }),
  image: option(z.string().optional(), 'image of rows that name none', { value: 'ref' }),
  evalScript: fileField('script that runs the tests, for rows that hold none'),
  logParser: option(z.string().optional(), 'log parser of rows that name none', { value: 'name' }),
  split: option(z.enum(splits).default('heldout'), 'side of the split that all rows are put on', { value: 'side' }),
});
export type ImportSuiteOptions = OptionsOf<typeof importSchema>;

export interface ImportedSuite extends ImportedFile {
  /** Folder of the suite. Nothing is written there when no row was taken. */
  out: string;
}

export async function importSuite(given: ImportSuiteOptions): Promise<ImportedSuite> {
  const { options } = await resolveRunOptions(importSchema, given);
  const { file, suite, environment, image, logParser, split } = options;
  const evalScript = options.evalScript === undefined ? undefined : await readText(options.evalScript);
  const imported = await importFile(file, { suite, environment, image, evalScript, logParser, split });
  const out = options.out ?? join(tasksDir(), suite);
  if (imported.instances.length > 0) await writeSuite(out, imported.instances, 'jsonl');
  return { ...imported, out };
}

const readText = (file: string): Promise<string> =>
  readFile(file, 'utf8').catch((error: unknown) => {
    throw cannotBeRead(file, error);
  });
