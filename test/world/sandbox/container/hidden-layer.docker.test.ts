// An engine whose storage cannot be looked into: what is not known there is doubted, and said.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findGaps } from '../../../../src/world/sandbox/conformance/gaps.ts';
import { hasIoWeight, NO_IO_WEIGHT } from '../../../../src/world/sandbox/container/io-weight.ts';
import { measureLayer } from '../../../../src/world/sandbox/container/layer-size.ts';
import { hasChangedSystem } from '../../../../src/world/sandbox/container/system-changes.ts';
import { createDockerBackend } from '../../../../src/world/sandbox/docker.ts';
import { type PrivateEngine, startPrivateEngine } from '../../../support/private-engine.ts';
import { testSandboxes } from '../../../support/sandbox.ts';

let engine: PrivateEngine;
beforeAll(async () => {
  // Copies all of an image for a container: there is no folder that holds what was written alone.
  engine = await startPrivateEngine(['--storage-driver', 'vfs']);
});
afterAll(() => engine[Symbol.asyncDispose]());

test('the system counts as changed, and bytes are still measured', async () => {
  await using box = await createDockerBackend(engine.docker).open({ image: engine.image });
  const container = engine.docker.getContainer(box.id);
  expect(await hasChangedSystem(container)).toBe(true);
  await box.exec('head -c 3000000 /dev/zero > file');
  expect((await measureLayer(container, 100)).bytes).toBeGreaterThanOrEqual(3_000_000);
});

test('what is not enforced there is said, and nothing where all is', async () => {
  const [gap, ...others] = await findGaps(engine.docker, createDockerBackend(engine.docker), engine.image);
  expect(gap).toMatch(/the number of its files is not limited.*every patch is computed in a reference container/);
  const bandwidth = hasIoWeight() ? [] : [NO_IO_WEIGHT]; // the kernel's, whatever the storage
  expect(others).toEqual(bandwidth);
  const { docker, backend, image } = await testSandboxes();
  expect(await findGaps(docker, backend, image)).toEqual(bandwidth);
});
