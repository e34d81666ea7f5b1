// `tasks import`: rows of other data sets as a suite.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { cannotBeRead } from '../../core/io/input-rows.ts';
import { createReporter } from '../../core/run/reporter.ts';
import type { Instance } from '../../core/schema/instance.ts';
import { importFile } from '../../world/task/import-file.ts';
import { tasksDir } from '../../world/task/load.ts';
import { writeSuite } from '../../world/task/write.ts';
import { EXIT, printJson, printText } from '../output.ts';

interface Options {
  suite: string;
  out?: string;
  environment?: string;
  image?: string;
  evalScript?: string;
  logParser?: string;
  split: Instance['split'];
  json?: boolean;
}

export const tasksImportCommand = (): Command =>
  new Command('import')
    .description('rows of SWE-bench, SWE-smith, SWE-Gym or SWE-rebench → a suite')
    .argument('<file>', 'JSON lines, a JSON list or object by id, or Parquet; gzip and zstd too')
    .requiredOption('--suite <name>', 'name of the new suite')
    .option('--out <dir>', 'folder to write (default: tasks/<suite>)')
    .option('--environment <name>', 'environment of rows that name none')
    .option('--image <reference>', 'image of rows that name none')
    .option('--eval-script <file>', 'eval script of rows that hold none')
    .option('--log-parser <name>', 'log parser of rows that name none')
    .addOption(new Option('--split <side>', 'side of all rows').choices(['train', 'heldout']).default('heldout'))
    .option('--json', 'print {imported, refused} as the last line of stdout')
    .addHelpText('after', '\nExample:\n  stepwright tasks import swe-bench-verified.jsonl --suite verified')
    .action(importRows);

async function importRows(file: string, options: Options): Promise<void> {
  const { suite, environment, image, logParser, split } = options;
  const evalScript = options.evalScript === undefined ? undefined : await readText(options.evalScript);
  const defaults = { suite, environment, image, evalScript, logParser, split };
  const { instances, refused, notes } = await importFile(file, defaults);
  const out = options.out ?? join(tasksDir(), suite);
  if (instances.length > 0) await writeSuite(out, instances, 'jsonl');
  const emit = createReporter();
  for (const text of [...refused, ...notes]) emit({ type: 'warn', text });
  if (refused.length > 0) process.exitCode = EXIT.someFailed;
  if (options.json) printJson({ imported: instances.length, refused });
  else printText(`${instances.length} instances imported, ${refused.length} refused: ${out}`);
}

const readText = (file: string): Promise<string> =>
  readFile(file, 'utf8').catch((error: unknown) => {
    throw cannotBeRead(file, error);
  });
