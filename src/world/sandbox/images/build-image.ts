// One image from one folder with a Dockerfile: the engine's classic builder, limits on what it may use, a log in a file.
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type Docker from 'dockerode';
import { cacheDir } from '../../../core/run/paths.ts';
import { ConfigError, messageOf } from '../../../core/schema/errors.ts';
import { CappedOutput } from '../shell/capped-output.ts';
import { FROM_LABEL, fromLabel } from './built-from.ts';
import { extraCaPem } from './extra-ca.ts';
import { CONTENT_LABEL, contentHash, filesOf, type ImageSource, inspectImage } from './image-state.ts';

const MIB = 1024 ** 2;
/** Of what a build says: in memory, and in its log. */
const [KEPT_BYTES, LOG_BYTES] = [MIB, 32 * MIB];

const GIB = 1024 ** 3;
/** Of each command that builds. */
const LIMITS = { memory: 4 * GIB, memswap: 4 * GIB, cpuperiod: 100_000, cpuquota: 200_000, cpushares: 512 };

interface BuildEvent {
  stream?: string;
  error?: string;
}

/** Builds and tags; the image that had the tag before is removed unless a container still uses it. */
export async function buildImage(docker: Docker, source: ImageSource): Promise<void> {
  const log = join(cacheDir(), `build-${source.tag.replace(/\W+/g, '-')}.log`);
  const previous = await inspectImage(docker, source.tag);
  const { text, failure } = await cleaningUp(docker, () => build(docker, source, log));
  if (failure !== undefined)
    throw new ConfigError(`Cannot build ${source.tag}: ${lastRelevantLine(text, failure)} (log: ${log})`);
  if (previous && previous.Id !== (await inspectImage(docker, source.tag))?.Id) await removeUnused(docker, previous.Id);
}

interface Built {
  /** What the builder said, but for its middle when it said a lot. */
  text: string;
  /** Short ids of the images that it made on the way. */
  stages: Set<string>;
  failure: string | undefined;
}

async function build(docker: Docker, source: ImageSource, log: string): Promise<Built> {
  const stream = await startBuild(docker, source);
  await mkdir(cacheDir(), { recursive: true });
  const output = createWriteStream(log);
  const said = new CappedOutput(KEPT_BYTES);
  const stages = new Set<string>();
  let room = LOG_BYTES;
  const failure = await follow(docker, stream, (text) => {
    const bytes = Buffer.from(text);
    if (room > 0) output.write(bytes.subarray(0, room));
    room -= bytes.length;
    said.push(bytes);
    for (const [, id = ''] of text.matchAll(/^ ---> ([0-9a-f]{12})$/gm)) stages.add(id);
  });
  output.end();
  return { text: said.toBuffer().toString(), stages, failure };
}

let going = 0;
let ended = new Set<string>();

/** Removes stages when no build goes on any more: one may stand on what another left, which the engine does not see. */
async function cleaningUp(docker: Docker, run: () => Promise<Built>): Promise<Built> {
  going++;
  try {
    const built = await run();
    for (const id of built.stages) ended.add(id);
    return built;
  } finally {
    going--;
    if (going === 0) {
      const ids = ended;
      ended = new Set();
      await removeStages(docker, ids);
    }
  }
}

async function startBuild(docker: Docker, source: ImageSource): Promise<NodeJS.ReadableStream> {
  const options = {
    t: source.tag,
    buildargs: { ...source.args, EXTRA_CA: await extraCaPem() },
    labels: { [CONTENT_LABEL]: await contentHash(docker, source), [FROM_LABEL]: await fromLabel(docker, source) },
    ...LIMITS,
    networkmode: source.network ?? 'none',
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
async function removeStages(docker: Docker, ids: ReadonlySet<string>): Promise<void> {
  const dangling = await docker.listImages({ filters: { dangling: ['true'] } });
  for (const { Id } of dangling) if (ids.has(Id.replace('sha256:', '').slice(0, 12))) await removeUnused(docker, Id);
}

const removeUnused = (docker: Docker, id: string): Promise<unknown> =>
  docker
    .getImage(id)
    .remove()
    .catch(() => undefined);
