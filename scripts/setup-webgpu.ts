// Fetches the `webgpu` backend: Dawn, built for Node (npm webgpu), and tfjs's compute shaders. Both are too large to come with everything else.
//
//   npm run setup:webgpu
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { messageOf } from '../src/core/schema/errors.ts';
import { openBackend } from '../src/learning/student/backend/backend.ts';
import { isWebgpuSetUp, webgpuFolder, webgpuPackages } from '../src/learning/student/backend/webgpu.ts';

/** What the student is tested on. */
const VERSIONS = { webgpu: '0.6.2', '@tensorflow/tfjs-backend-webgpu': '4.22.0' };
const packages = webgpuPackages.map((name) => `${name}@${VERSIONS[name]}`);

try {
  if (!isWebgpuSetUp()) await fetchPackages();
  console.error(`· packages: ${packages.join(', ')} (there)`);
  console.log((await openBackend('webgpu')).detail);
} catch (error) {
  console.error(`error: ${messageOf(error)}`);
  process.exitCode = 2;
}

/** Into a folder of its own first: what is there is whole. */
async function fetchPackages(): Promise<void> {
  const folder = `${webgpuFolder}.${process.pid}`;
  await mkdir(folder, { recursive: true });
  try {
    await writeFile(join(folder, 'package.json'), '{ "private": true }\n');
    // Without its peer, tfjs's core, the backend finds ours.
    const settings = ['--legacy-peer-deps', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    await execa('npm', ['install', ...settings, ...packages], { cwd: folder });
    await rename(folder, webgpuFolder).catch(() => undefined);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
