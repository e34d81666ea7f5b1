// `importStudent`: a student of any source becomes a Hugging Face folder of its own. The command `students import` is this with a command line.
import { constants } from 'node:fs';
import { copyFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type RunControl, resolveRunOptions } from '../../../core/run/application.ts';
import { silent } from '../../../core/run/events.ts';
import { replaceFolder } from '../../../core/run/folders.ts';
import { ConfigError } from '../../../core/schema/errors.ts';
import { checkParameters } from '../checkpoint/parameters.ts';
import { adapterBase } from '../checkpoint/peft.ts';
import { requireTemplate } from '../checkpoint/tokenizer.ts';
import type { FamilyName } from '../decoder/families.ts';
import { parameterLayout } from '../decoder/layout.ts';
import { importGguf } from '../gguf/import.ts';
import { readShape } from '../student.ts';
import { type FetchOptions, fetchFromHub } from './hub.ts';
import { type ImportStudentOptions, importStudentSchema } from './options.ts';
import { findSource } from './source.ts';
import { isStudentFile } from './student-files.ts';

export interface ImportedStudent {
  folder: string;
  family: FamilyName;
  parameters: number;
  /** Tokens; the embedding may have more rows. */
  vocabulary: number;
  context: number;
  tied: boolean;
}

export async function importStudent(given: ImportStudentOptions, control: RunControl = {}): Promise<ImportedStudent> {
  const { source, out } = (await resolveRunOptions(importStudentSchema, given)).options;
  const options = { emit: control.onEvent ?? silent, signal: control.signal };
  if ((await readdir(out).catch(() => [])).length > 0)
    throw new ConfigError(`--out ${out}: the folder is not empty. Give a new one.`);
  const found = await findSource(source);
  if (found.kind === 'gguf') {
    await importGguf(found.path, out, options);
    return describe(out);
  }
  const folder = found.kind === 'hub' ? await fetchFromHub(found.id, options) : found.path;
  if ((await adapterBase(folder)) !== undefined)
    throw new ConfigError(`${folder}: it is an adapter. Import what it was merged into.`);
  const { tokenizer, config } = await readShape(folder);
  requireTemplate(tokenizer);
  await checkParameters(folder, config);
  await copyStudent(folder, out, options);
  return describe(out);
}

async function copyStudent(from: string, to: string, { emit, signal }: FetchOptions): Promise<void> {
  const names = (await readdir(from)).filter(isStudentFile);
  await replaceFolder(to, async (fresh) => {
    for (const [done, name] of names.entries()) {
      signal?.throwIfAborted();
      emit({ type: 'progress', done: done + 1, total: names.length, text: `files: ${name}` });
      // Without a copy where the file system can share the bytes.
      await copyFile(join(from, name), join(fresh, name), constants.COPYFILE_FICLONE);
    }
  });
}

async function describe(folder: string): Promise<ImportedStudent> {
  const { config, tokenizer } = await readShape(folder);
  return {
    folder,
    family: config.family,
    parameters: parameterLayout(config).size,
    vocabulary: tokenizer.size,
    context: config.contextLength,
    tied: config.tied,
  };
}
