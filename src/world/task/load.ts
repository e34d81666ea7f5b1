// Instances from wherever they are: the name of a suite under tasks/, a task folder, a folder of them, a file of rows in any form.
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parseInputRow, streamInputRows } from '../../core/io/input-rows.ts';
import { shipped } from '../../core/run/paths.ts';
import { mapPool } from '../../core/run/pool.ts';
import { TaskError } from '../../core/schema/errors.ts';
import { type Instance, instanceSchema } from '../../core/schema/instance.ts';
import { isTaskFolder, readTaskFolder } from './folder.ts';

export const tasksDir = (): string => shipped('tasks');

const FILES_AT_ONCE = 16;
const GENERATED = ['instances.jsonl', 'instances.jsonl.gz'];

/** Sorted by id, so that seeded choices do not depend on where the rows came from. */
export async function loadInstances(source: string, dir = tasksDir()): Promise<Instance[]> {
  const path = (await locate(source, dir)) ?? (await unknownSource(source, dir));
  const rows = (await stat(path)).isDirectory() ? await readFolder(path) : await readRows(path);
  if (rows.length === 0)
    throw new TaskError(`${path}: holds no instance. Give a suite, a task folder or a file of rows.`);
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

/** In whatever form; those of other data sets lack what running and judging needs. */
async function readRows(file: string): Promise<Instance[]> {
  const advice = 'Fix or remove that row; rows of other data sets are read by `stepwright tasks import`';
  const rows: Instance[] = [];
  for await (const row of streamInputRows(file)) rows.push(parseInputRow(row, instanceSchema, advice));
  return rows;
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
