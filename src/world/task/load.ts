// Instances from wherever they lie: the name of a suite under tasks/, a task folder, a folder of them, JSONL (.gz too), a JSON list.
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { scanJsonl } from '../../core/io/jsonl.ts';
import { shipped } from '../../core/run/paths.ts';
import { mapPool } from '../../core/run/pool.ts';
import { TaskError } from '../../core/schema/errors.ts';
import { type Instance, instanceSchema } from '../../core/schema/instance.ts';
import { isTaskFolder, readTaskFolder } from './folder.ts';
import { issueText } from './issue-text.ts';

export const tasksDir = (): string => shipped('tasks');

const FILES_AT_ONCE = 16;
const GENERATED = ['instances.jsonl', 'instances.jsonl.gz'];

/** Sorted by id, so that seeded choices do not depend on where the rows came from. */
export async function loadInstances(source: string, dir = tasksDir()): Promise<Instance[]> {
  const path = (await locate(source, dir)) ?? (await unknownSource(source, dir));
  const rows = (await stat(path)).isDirectory() ? await readFolder(path) : await readRows(path);
  if (rows.length === 0) throw new TaskError(`${path}: holds no instance. Give a suite, a task folder, JSONL or JSON.`);
  const ids = new Set<string>();
  for (const { instance_id } of rows) {
    if (ids.has(instance_id)) throw new TaskError(`${path}: instance_id "${instance_id}" occurs twice. Remove one.`);
    ids.add(instance_id);
  }
  return rows.sort((a, b) => (a.instance_id < b.instance_id ? -1 : 1));
}

/** Names of the suites that ship. */
export async function suiteNames(dir = tasksDir()): Promise<string[]> {
  const entries = await readdir(dir).catch(() => []);
  return [...new Set(entries.map((entry) => entry.replace(/\.jsonl(\.gz)?$/, '')))].sort();
}

async function locate(source: string, dir: string): Promise<string | undefined> {
  const places = [source, ...['', '.jsonl', '.jsonl.gz'].map((ending) => join(dir, source + ending))];
  for (const path of places) if (await exists(path)) return path;
  return undefined;
}

async function unknownSource(source: string, dir: string): Promise<never> {
  throw new TaskError(
    `${source}: neither a file or folder nor a suite. Suites: ${(await suiteNames(dir)).join(', ') || 'none'}.`,
  );
}

async function readFolder(dir: string): Promise<Instance[]> {
  if (await isTaskFolder(dir)) return [await readTaskFolder(dir)];
  for (const name of GENERATED) if (await exists(join(dir, name))) return readRows(join(dir, name));
  const entries = await readdir(dir, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => join(dir, entry.name));
  return mapPool(folders, FILES_AT_ONCE, readTaskFolder);
}

async function readRows(file: string): Promise<Instance[]> {
  if (/\.jsonl(\.gz)?$/.test(file)) {
    const { rows, bad } = await scanJsonl(file, instanceSchema).catch((error: Error) => {
      throw new TaskError(`${file}: cannot be read (${error.message}). Fetch or make it again.`, { cause: error });
    });
    if (bad[0]) throw new TaskError(`${file}:${bad[0].line}: ${bad[0].why}. Mend or remove that line.`);
    return rows;
  }
  if (!file.endsWith('.json'))
    throw new TaskError(`${file}: unknown kind "${basename(file)}". Give .jsonl, .jsonl.gz or .json, or a folder.`);
  return (await readJsonRows(file)).map((row, index) => {
    const result = instanceSchema.safeParse(row);
    if (result.success) return result.data;
    throw new TaskError(`${file}: row ${index + 1}: ${issueText(result.error)}. Mend that row.`);
  });
}

/** SWE-bench publishes lists, and objects by instance id. */
export async function readJsonRows(file: string): Promise<unknown[]> {
  const text = await readFile(file, 'utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new TaskError(`${file}: not JSON (${(error as Error).message}). Fetch it again.`, { cause: error });
  }
  if (Array.isArray(value)) return value;
  if (typeof value === 'object' && value !== null) return Object.values(value);
  throw new TaskError(`${file}: expected a list of rows or an object of them, got ${typeof value}.`);
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
