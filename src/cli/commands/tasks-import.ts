// `tasks import`: rows of SWE-bench or SWE-smith as a suite of ours.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { z } from 'zod';
import { scanJsonl } from '../../core/io/jsonl.ts';
import { ConfigError, messageOf } from '../../core/schema/errors.ts';
import type { Instance } from '../../core/schema/instance.ts';
import { importRow } from '../../world/task/import.ts';
import { readJsonRows, tasksDir } from '../../world/task/load.ts';
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
    .description('rows of SWE-bench or SWE-smith (JSON, JSONL, .gz) → a suite')
    .argument('<file>', 'a .json list or object, or .jsonl(.gz)')
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
  const instances: Instance[] = [];
  const refused: string[] = [];
  for (const row of await readRows(file)) {
    try {
      instances.push(importRow(row, { suite, environment, image, evalScript, logParser, split }));
    } catch (error) {
      refused.push(messageOf(error));
    }
  }
  const out = options.out ?? join(tasksDir(), suite);
  if (instances.length > 0) await writeSuite(out, instances, 'jsonl');
  for (const why of refused) process.stderr.write(`! ${why}\n`);
  process.exitCode = refused.length === 0 ? EXIT.done : EXIT.someFailed;
  if (options.json) printJson({ imported: instances.length, refused });
  else printText(`${instances.length} instances imported, ${refused.length} refused: ${out}`);
}

async function readRows(file: string): Promise<unknown[]> {
  if (file.endsWith('.json')) return readJsonRows(file);
  await readText(file);
  const { rows, bad } = await scanJsonl(file, z.unknown());
  if (bad[0]) throw new ConfigError(`${file}:${bad[0].line}: ${bad[0].why}. Mend or remove that line.`);
  return rows;
}

const readText = (file: string): Promise<string> =>
  readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new ConfigError(`${file}: cannot be read (${error.code}). Name a file that is there.`);
  });
