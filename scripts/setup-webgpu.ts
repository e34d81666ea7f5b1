// Fetches the `webgpu` backend: Dawn, built for Node (npm webgpu), and tfjs's compute shaders. Both are too large to come with everything else.
//
//   npm run setup:webgpu
import { readFileSync } from 'node:fs';
import { cp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { messageOf } from '../src/core/schema/errors.ts';
import { openBackend } from '../src/learning/student/backend/backend.ts';
import { isWebgpuSetUp, webgpuFolder, webgpuPackages } from '../src/learning/student/backend/webgpu.ts';

/** What the student is tested on, with a lock file. */
const lock = join(import.meta.dirname, 'locks', 'webgpu');
const { dependencies } = JSON.parse(readFileSync(join(lock, 'package.json'), 'utf8'));
const packages = webgpuPackages.map((name) => `${name}@${dependencies[name]}`);

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
  try {
    await cp(lock, folder, { recursive: true });
    // Without its peer, tfjs's core, the backend finds ours.
    const settings = ['--legacy-peer-deps', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    await execa('npm', ['ci', ...settings], { cwd: folder });
    await rename(folder, webgpuFolder).catch(() => undefined);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
