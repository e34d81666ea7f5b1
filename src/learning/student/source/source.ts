// Where a student comes from: a Hugging Face folder, a GGUF file, or a model of the hub. Every command takes all three.
import { existsSync } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { contentHash } from '../../../core/run/content-hash.ts';
import { waitForLock } from '../../../core/run/file-lock.ts';
import { cacheDir } from '../../../core/run/paths.ts';
import { ConfigError } from '../../../core/schema/errors.ts';
import type { FetchOptions, HubId } from './hub.ts';

export type StudentSource = { kind: 'folder' | 'gguf'; path: string } | { kind: 'hub'; id: HubId };

const HUB_ID = /^([\w-][\w.-]*\/[\w.-]+?)(?:@([\w./-]+))?$/;

/** What is there as a file or a folder is that; `owner/name`, with `@revision` or without, is a model of the hub otherwise. */
export async function findSource(source: string): Promise<StudentSource> {
  const found = await stat(source).catch(() => undefined);
  if (found?.isFile() || source.endsWith('.gguf')) return { kind: 'gguf', path: source };
  const [, name, revision = 'main'] = found ? [] : (HUB_ID.exec(source) ?? []);
  return name === undefined ? { kind: 'folder', path: source } : { kind: 'hub', id: { name, revision } };
}

/** The student as a folder. One of the hub is in its cache; a GGUF file is imported, once for each content, into Stepwright's. */
export async function openSource(source: string, options: FetchOptions): Promise<string> {
  const found = await findSource(source);
  if (found.kind === 'folder') return source;
  // Both readers are loaded where they are needed: most students are folders.
  if (found.kind !== 'hub') return importOnce(found.path, options);
  const { fetchFromHub } = await import('./hub.ts');
  return fetchFromHub(found.id, options);
}

async function importOnce(path: string, options: FetchOptions): Promise<string> {
  const hash = await contentHash([path]);
  if (hash === undefined) throw new ConfigError(`${path}: no such file. Give a GGUF file, a folder, or owner/name.`);
  const folder = join(cacheDir(), 'students', `${basename(path, '.gguf')}-${hash.slice(0, 12)}`);
  await mkdir(dirname(folder), { recursive: true });
  await using _ = await waitForLock(`${folder}.lock`, { signal: options.signal });
  if (existsSync(folder)) return folder;
  options.emit({ type: 'stage', name: `importing ${path} into ${folder}` });
  const { importGguf } = await import('../gguf/import.ts');
  await importGguf(path, folder, options);
  return folder;
}
