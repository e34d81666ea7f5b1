// A task as a folder of plain files, as in SWE-bench v5's task repository, and our bug.patch beside them.
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import type { z } from 'zod';
import { TaskError } from '../../core/schema/errors.ts';
import { type Instance, instanceSchema } from '../../core/schema/instance.ts';
import { issueText } from '../../core/schema/issue-text.ts';
import { idToFile } from '../../core/schema/safe-id.ts';

/** Fields that are files of their own; the others are in task.yaml and tests.json. */
const FILES = {
  problem_statement: 'problem_statement.md',
  hints_text: 'hints.md',
  patch: 'gold.patch',
  test_patch: 'test.patch',
  bug_patch: 'bug.patch',
  eval_script: 'eval.sh',
} as const satisfies Partial<Record<keyof Instance, string>>;
type FileField = keyof typeof FILES;

/** Written and read only where they say something. */
const OPTIONAL: readonly FileField[] = ['hints_text', 'test_patch', 'bug_patch'];

const yamlSchema = instanceSchema.omit({
  problem_statement: true,
  hints_text: true,
  patch: true,
  test_patch: true,
  bug_patch: true,
  eval_script: true,
  FAIL_TO_PASS: true,
  PASS_TO_PASS: true,
});
const testsSchema = instanceSchema.pick({ FAIL_TO_PASS: true, PASS_TO_PASS: true, FAIL_TO_FAIL: true });

export const isTaskFolder = (dir: string): Promise<boolean> =>
  stat(join(dir, 'task.yaml')).then(
    (entry) => entry.isFile(),
    () => false,
  );

export async function readTaskFolder(dir: string): Promise<Instance> {
  const [task, tests] = await Promise.all([
    readParsed(join(dir, 'task.yaml'), 'YAML', parse, yamlSchema),
    readParsed(join(dir, 'tests.json'), 'JSON', JSON.parse, testsSchema),
  ]);
  const texts = await Promise.all(
    Object.entries(FILES).map(async ([field, name]) => [field, await readPart(dir, field as FileField, name)]),
  );
  const value = { ...task, ...tests, ...Object.fromEntries(texts) };
  const result = instanceSchema.safeParse(value);
  if (!result.success) throw new TaskError(`${dir}: ${issueText(result.error, value)}. Fix that file.`);
  return result.data;
}

async function readPart(dir: string, field: FileField, name: string): Promise<string> {
  return OPTIONAL.includes(field) ? readFile(join(dir, name), 'utf8').catch(() => '') : readText(join(dir, name));
}

async function readParsed<T>(
  file: string,
  form: string,
  parseText: (text: string) => unknown,
  schema: z.ZodType<T>,
): Promise<T> {
  const text = await readText(file);
  let value: unknown;
  try {
    value = parseText(text);
  } catch (error) {
    throw new TaskError(`${file}: not ${form} (${(error as Error).message.split('\n')[0]}). Fix or remove the task.`);
  }
  const result = schema.safeParse(value);
  if (!result.success) throw new TaskError(`${file}: ${issueText(result.error, value)}. Fix that field.`);
  return result.data;
}

const readText = (file: string): Promise<string> =>
  readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new TaskError(`${file}: cannot be read (${error.code}). A task folder needs it: restore or remove the task.`);
  });

/** Writes `<suiteDir>/<instance_id>/`; patches keep their bytes. */
export async function writeTaskFolder(suiteDir: string, instance: Instance): Promise<string> {
  const dir = join(suiteDir, idToFile(instance.instance_id));
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, 'task.yaml'), stringify(yamlSchema.parse(instance)));
  await writeFile(join(dir, 'tests.json'), `${JSON.stringify(testsSchema.parse(instance), null, 1)}\n`);
  for (const [field, name] of Object.entries(FILES)) {
    const text = instance[field as FileField];
    if (text !== '' || !OPTIONAL.includes(field as FileField)) await writeFile(join(dir, name), text);
  }
  return dir;
}
