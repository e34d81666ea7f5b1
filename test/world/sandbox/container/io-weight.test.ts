import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Docker from 'dockerode';
import { expect, test } from 'vitest';
import { hasIoWeight, ioWeightOf } from '../../../../src/world/sandbox/container/io-weight.ts';
import { temporaryFolder } from '../../../support/temp.ts';

test.each([
  { host: 'cgroup v1 with weights', files: ['blkio/blkio.weight'], has: true },
  { host: 'cgroup v1 without', files: ['blkio/blkio.throttle.write_bps_device'], has: false },
  { host: 'cgroup v2 with io.cost', files: ['cgroup.controllers', 'system.slice/io.weight'], has: true },
  { host: 'cgroup v2 with BFQ', files: ['cgroup.controllers', 'docker/io.bfq.weight'], has: true },
  { host: 'cgroup v2 without', files: ['cgroup.controllers', 'system.slice/io.max'], has: false },
  { host: 'no cgroups', files: [], has: false },
])('whether bandwidth can be divided by weight on $host: $has', ({ files, has }) => {
  const root = temporaryFolder();
  for (const file of files) {
    mkdirSync(join(root, dirname(file)), { recursive: true });
    writeFileSync(join(root, file), '');
  }
  expect(hasIoWeight(root)).toBe(has);
});

test('of an engine on another machine nothing is known', async () => {
  expect(await ioWeightOf(new Docker({ host: 'engine.example', port: 2375 }))).toBeUndefined();
});
