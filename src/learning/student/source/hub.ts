// A model of the Hugging Face hub, as a folder of the cache. What is in the cache needs no network.
import { createHash } from 'node:crypto';
import { createWriteStream, existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { downloadFile, HubApiError, type ListFileEntry, listFiles, modelInfo } from '@huggingface/hub';
import type { Emit } from '../../../core/run/events.ts';
import { requireSpace } from '../../../core/run/files.ts';
import { ConfigError, messageOf } from '../../../core/schema/errors.ts';
import { type HubCache, hubCache } from './hub-cache.ts';
import { isStudentFile } from './student-files.ts';

export interface HubId {
  /** `owner/name` */
  name: string;
  /** A branch, a tag or a commit. */
  revision: string;
}

export interface FetchOptions {
  emit: Emit;
  signal?: AbortSignal | undefined;
}

export async function fetchFromHub(id: HubId, { emit, signal }: FetchOptions): Promise<string> {
  const cache = hubCache(id.name);
  const cached = await cache.findStudent(id.revision);
  if (cached !== undefined) return cached;
  const hub = connect(id, signal);
  const offline = process.env.HF_HUB_OFFLINE;
  if (/^(1|on|yes|true)$/i.test(offline ?? '')) throw notCached(id, cache, `HF_HUB_OFFLINE is ${offline}`);
  try {
    const { sha } = await modelInfo({ ...hub, name: id.name, revision: id.revision, additionalFields: ['sha'] });
    const repo = { ...hub, repo: { type: 'model', name: id.name }, revision: sha } as const;
    const files = await studentFilesOf(id, listFiles(repo));
    const missing = files.filter((file) => !existsSync(cache.blob(checksumOf(file))));
    const total = missing.reduce((sum, { size }) => sum + size, 0);
    await mkdir(cache.folder, { recursive: true });
    await requireSpace(id.name, cache.folder, total);
    if (total > 0) emit({ type: 'stage', name: `fetching ${id.name} into ${cache.folder}` });
    const onBytes = progressOf(total, emit);
    for (const file of missing) {
      const content = await downloadFile({ ...repo, path: file.path });
      if (content === null) throw new Error(`${file.path} is gone`);
      await saveBlob(content, file, cache, onBytes, signal);
    }
    for (const file of files) await cache.link(sha, file.path, checksumOf(file));
    await cache.setRevision(id.revision, sha);
    return cache.snapshot(sha);
  } catch (error) {
    signal?.throwIfAborted();
    throw describe(error, id, cache);
  }
}

const endpoint = (): string => (process.env.HF_ENDPOINT ?? 'https://huggingface.co').replace(/\/+$/, '');

function connect(id: HubId, signal: AbortSignal | undefined) {
  const accessToken = process.env.HF_TOKEN;
  if (accessToken && !accessToken.startsWith('hf_'))
    throw new ConfigError(`${id.name}: HF_TOKEN is no token of the hub, which begins with hf_. Correct or unset it.`);
  return {
    hubUrl: endpoint(),
    ...(accessToken ? { accessToken } : {}),
    fetch: ((url, init) => fetch(url, { ...init, ...(signal && { signal }) })) as typeof fetch,
  };
}

async function studentFilesOf(id: HubId, entries: AsyncIterable<ListFileEntry>): Promise<ListFileEntry[]> {
  const all: ListFileEntry[] = [];
  for await (const entry of entries) if (entry.type === 'file') all.push(entry);
  const files = all.filter(({ path }) => isStudentFile(path));
  const missing = ['config.json', 'tokenizer.json', '.safetensors'].find(
    (end) => !files.some(({ path }) => path.endsWith(end)),
  );
  if (missing === undefined) return files;
  const [gguf] = all.filter(({ path }) => path.endsWith('.gguf'));
  const instead = gguf ? `Download ${gguf.path} or another of its GGUF files, and give that.` : 'Take another model.';
  throw new ConfigError(
    `${id.name}: the model on the hub has no ${missing === '.safetensors' ? 'safetensors' : missing}. ${instead}`,
  );
}

/** By which the cache names it: of large files SHA-256, of others Git's. */
const checksumOf = ({ lfs, xetHash, oid }: ListFileEntry): string => lfs?.oid ?? xetHash ?? oid!;

async function saveBlob(
  content: Blob,
  file: ListFileEntry,
  cache: HubCache,
  onBytes: (count: number) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  const path = cache.blob(checksumOf(file));
  const unfinished = `${path}.${process.pid}.incomplete`;
  await mkdir(dirname(path), { recursive: true });
  const hash = createHash('sha256');
  let size = 0;
  const counted = new Transform({
    transform(chunk: Uint8Array, _, done) {
      hash.update(chunk);
      size += chunk.length;
      onBytes(chunk.length);
      done(null, chunk);
    },
  });
  try {
    const source = Readable.fromWeb(content.stream() as Parameters<typeof Readable.fromWeb>[0]);
    await pipeline(source, counted, createWriteStream(unfinished, { flush: true }), signal ? { signal } : {});
    const isWhole = size === file.size && (file.lfs === undefined || hash.digest('hex') === file.lfs.oid);
    if (!isWhole) throw new Error(`${file.path} arrived damaged, ${size} bytes of ${file.size}`);
    await rename(unfinished, path);
  } finally {
    await rm(unfinished, { force: true });
  }
}

function progressOf(total: number, emit: Emit): (count: number) => void {
  const megabytes = (bytes: number): number => Math.ceil(bytes / 1e6);
  let done = 0;
  return (count) => {
    const before = megabytes(done);
    done += count;
    if (megabytes(done) > before)
      emit({ type: 'progress', done: megabytes(done), total: megabytes(total), text: 'MB' });
  };
}

const notCached = (id: HubId, { folder }: HubCache, why: string): ConfigError =>
  new ConfigError(
    `${id.name}: neither a folder or file here nor in the cache (${folder}), and ${why}. Connect, or give a folder or a GGUF file.`,
  );

function describe(error: unknown, id: HubId, cache: HubCache): Error {
  if (error instanceof ConfigError) return error;
  const where = `${id.name}${id.revision === 'main' ? '' : `@${id.revision}`}`;
  if (!(error instanceof HubApiError)) {
    // Node's fetch says only that it failed; why is its cause.
    const { cause } = error as Error;
    const problem = cause === undefined ? 'gave no whole model' : 'cannot be reached';
    return notCached(id, cache, `${endpoint()} ${problem} (${messageOf(cause ?? error)})`);
  }
  const { statusCode } = error;
  // Who has no token is not told whether a model is private or does not exist.
  if (statusCode === 401 || statusCode === 403)
    return new ConfigError(
      process.env.HF_TOKEN
        ? `${where}: HF_TOKEN does not open it on ${endpoint()}. Check the name, or accept the model's terms on its page.`
        : `${where}: no public model of ${endpoint()}. Check the name, or set HF_TOKEN to a token that may read it.`,
    );
  if (statusCode === 404)
    return new ConfigError(
      `${where}: neither a folder or file here nor a model${id.revision === 'main' ? '' : ' and revision'} of ${endpoint()}. Check the name.`,
    );
  return new ConfigError(`${where}: ${endpoint()} answers with ${statusCode}. Try again later.`);
}
