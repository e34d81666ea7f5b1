// One image from one folder with a Dockerfile: the engine's classic builder, the host's network, a log in a file.
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type Docker from 'dockerode';
import { cacheDir } from '../run/paths.ts';
import { ConfigError, messageOf } from '../schema/errors.ts';
import { extraCaPem } from './extra-ca.ts';

/** Label with the hash of what an image was built from: an image with another hash is out of date. */
export const CONTENT_LABEL = 'stepwright.content';

export interface ImageSource {
  tag: string;
  dir: string;
  /** The image it builds on, when another build of that makes this one out of date. */
  from?: string;
  args?: Record<string, string>;
}

interface BuildEvent {
  stream?: string;
  error?: string;
}

export type ImageState = 'built' | 'out of date' | 'missing';

export async function imageState(docker: Docker, source: ImageSource): Promise<ImageState> {
  const image = await inspectImage(docker, source.tag);
  if (image === undefined) return 'missing';
  return image.Config.Labels?.[CONTENT_LABEL] === (await contentHash(docker, source)) ? 'built' : 'out of date';
}

/** Builds and tags; the image that had the tag before is removed unless a container still uses it. */
export async function buildImage(docker: Docker, source: ImageSource): Promise<void> {
  const log = join(cacheDir(), `build-${source.tag.replace(/\W+/g, '-')}.log`);
  const previous = await inspectImage(docker, source.tag);
  const stream = await startBuild(docker, source);
  const output = createWriteStream(log);
  const lines: string[] = [];
  const failure = await follow(docker, stream, (text) => {
    output.write(text);
    lines.push(text);
  });
  output.end();
  const text = lines.join('');
  await removeStages(docker, text);
  if (failure !== undefined)
    throw new ConfigError(`Cannot build ${source.tag}: ${lastRelevantLine(text, failure)} (log: ${log})`);
  if (previous && previous.Id !== (await inspectImage(docker, source.tag))?.Id) await removeUnused(docker, previous.Id);
}

async function startBuild(docker: Docker, source: ImageSource): Promise<NodeJS.ReadableStream> {
  const options = {
    t: source.tag,
    buildargs: { ...source.args, EXTRA_CA: await extraCaPem() },
    labels: { [CONTENT_LABEL]: await contentHash(docker, source) },
    networkmode: 'host',
    forcerm: true,
  };
  try {
    return await docker.buildImage({ context: source.dir, src: await filesOf(source.dir) }, options);
  } catch (error) {
    throw new ConfigError(`Cannot build ${source.tag}: ${messageOf(error)}`, { cause: error });
  }
}

/** The build's error, or undefined. */
function follow(
  docker: Docker,
  stream: NodeJS.ReadableStream,
  onText: (text: string) => void,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    let failure: string | undefined;
    docker.modem.followProgress(
      stream,
      (error) => resolve(failure ?? (error ? messageOf(error) : undefined)),
      (event: BuildEvent) => {
        if (event.error) failure = event.error;
        if (event.stream) onText(stripVTControlCharacters(event.stream));
      },
    );
  });
}

/** What the failing command said last, rather than that it failed. */
export function lastRelevantLine(log: string, failure: string): string {
  const lines = log.split('\n').map((line) => line.trim());
  const said = lines.filter((line) => line !== '' && !/^(--->|Step \d|Removing intermediate|Sending build)/.test(line));
  const blamed = said
    .slice(-20)
    .findLast((line) => /error|fail|cannot|can't|not found|denied|unable|problem/i.test(line));
  return (blamed ?? said.at(-1) ?? failure).slice(0, 300);
}

/**
 * Download stages knew the host's extra certificates: what is left of them is removed. The stages a finished image stands on are not
 * dangling and stay as cache.
 */
async function removeStages(docker: Docker, log: string): Promise<void> {
  const ids = new Set([...log.matchAll(/^ ---> ([0-9a-f]{12})$/gm)].map((match) => match[1]));
  const dangling = await docker.listImages({ filters: { dangling: ['true'] } });
  for (const { Id } of dangling) if (ids.has(Id.replace('sha256:', '').slice(0, 12))) await removeUnused(docker, Id);
}

const removeUnused = (docker: Docker, id: string): Promise<unknown> =>
  docker
    .getImage(id)
    .remove()
    .catch(() => undefined);

async function contentHash(docker: Docker, { dir, from }: ImageSource): Promise<string> {
  const hash = createHash('sha256');
  if (from !== undefined) hash.update((await inspectImage(docker, from))?.Id ?? '');
  for (const name of await filesOf(dir)) {
    const { mode } = await stat(join(dir, name));
    hash.update(JSON.stringify([name, mode & 0o111])).update(await readFile(join(dir, name)));
  }
  return hash.digest('hex');
}

/** Undefined when there is no such image. */
export const inspectImage = (docker: Docker, tag: string): Promise<Docker.ImageInspectInfo | undefined> =>
  docker
    .getImage(tag)
    .inspect()
    .catch((error: { statusCode?: number }) => {
      if (error.statusCode === 404) return undefined;
      throw error;
    });

async function filesOf(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1)).sort();
}
