// What of the sandbox room works on this machine: read only, nothing is installed, started or built.
import { X509Certificate } from 'node:crypto';
import type Docker from 'dockerode';
import { messageOf } from '../../../core/schema/errors.ts';
import { loadEnvironments } from '../../task/environments.ts';
import { ioWeightOf, NO_IO_WEIGHT } from '../container/io-weight.ts';
import { describeIsolation, engineIsolation, missingRuntime, requestedRuntime } from '../container/runtime.ts';
import { engineDisk, gigabytes } from '../engine/disk.ts';
import { findEngine } from '../engine/engine.ts';
import { whatToDo } from '../engine/ensure-engine.ts';
import { canApt } from '../engine/host-packages.ts';
import { baseSource, NEEDED_BYTES } from '../images/base-image.ts';
import { extraCaPem, splitPem } from '../images/extra-ca.ts';
import { type ImageState, imageState } from '../images/image-state.ts';
import { imageSource } from '../images/images.ts';
import type { Check } from './check.ts';

export async function sandboxChecks(): Promise<Check[]> {
  const engine = await findEngine();
  if ('docker' in engine) {
    const { docker, address } = engine;
    return [
      await engineCheck(docker, address),
      await isolationCheck(docker),
      await diskCheck(docker),
      await bandwidthCheck(docker),
      ...(await imageChecks(docker)),
      await caCheck(),
    ];
  }
  const todo = whatToDo(process.env, canApt());
  const detail = `none answers at ${engine.tried.join(', ')}`;
  const check: Check =
    todo === undefined
      ? { name: 'engine', status: 'later', detail: `${detail}; docker.io is installed and started when it is needed` }
      : { name: 'engine', status: 'broken', detail, todo };
  return [check, await caCheck()];
}

async function engineCheck(docker: Docker, address: string): Promise<Check> {
  const { Version } = await docker.version();
  return { name: 'engine', status: 'ok', detail: `${Version} at ${address}` };
}

async function isolationCheck(docker: Docker): Promise<Check> {
  const engine = await engineIsolation(docker);
  const runtime = requestedRuntime();
  const detail = runtime === undefined ? undefined : missingRuntime(engine, runtime);
  return detail === undefined
    ? { name: 'isolation', status: 'ok', detail: describeIsolation(engine) }
    : { name: 'isolation', status: 'broken', detail };
}

async function diskCheck(docker: Docker): Promise<Check> {
  const disk = await engineDisk(docker);
  if (disk === undefined) return { name: 'disk', status: 'ok', detail: "the engine's disk is not on this machine" };
  const detail = `${gigabytes(disk.freeBytes)} free at ${disk.path}`;
  if (disk.freeBytes >= NEEDED_BYTES) return { name: 'disk', status: 'ok', detail };
  return { name: 'disk', status: 'broken', detail, todo: `free ${gigabytes(NEEDED_BYTES)}` };
}

const bandwidthCheck = async (docker: Docker): Promise<Check> =>
  (await ioWeightOf(docker)) === undefined
    ? { name: 'disk bandwidth', status: 'missing', detail: NO_IO_WEIGHT, todo: 'lower --jobs where that matters' }
    : { name: 'disk bandwidth', status: 'ok', detail: 'sandboxes weigh half of what the host does' };

async function imageChecks(docker: Docker): Promise<Check[]> {
  const environments = await loadEnvironments().catch((error: unknown) => messageOf(error));
  if (typeof environments === 'string') return [{ name: 'environments', status: 'broken', detail: environments }];
  const sources = [baseSource, ...environments.map((environment) => imageSource(environment))];
  return Promise.all(sources.map(async (source) => imageCheck(source.tag, await imageState(docker, source))));
}

const imageCheck = (tag: string, state: ImageState): Check =>
  state === 'built'
    ? { name: `image ${tag}`, status: 'ok', detail: 'built' }
    : {
        name: `image ${tag}`,
        status: 'later',
        detail: state,
        todo: 'built when first needed, or now by `stepwright envs build`',
      };

async function caCheck(): Promise<Check> {
  const subjects = splitPem(await extraCaPem()).map((pem) => new X509Certificate(pem).subject.replaceAll('\n', ', '));
  const detail =
    subjects.length === 0
      ? 'none'
      : `${subjects.length}, given to download stages of image builds: ${subjects.join('; ')}`;
  return { name: 'extra CAs', status: 'ok', detail };
}
