// A GPU for machines without one: SwiftShader, a Vulkan driver that computes on the CPU, out of Debian's package of Chromium.
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Emit } from '../../src/core/run/events.ts';
import { cacheDir } from '../../src/core/run/paths.ts';
import { aptInstall, canApt } from '../../src/world/sandbox/engine/host-packages.ts';

const driver = (root: string): string => join(root, 'usr/lib/chromium/vk_swiftshader_icd.json');
const fetched = (): string => join(cacheDir(), 'swiftshader');
const findDriver = (): string | undefined => [driver('/'), driver(fetched())].find(existsSync);

/** Shows it to this process's Vulkan, where VK_ICD_FILENAMES names no other driver. */
export function useSwiftshader(): void {
  const found = findDriver();
  if (found !== undefined) process.env.VK_ICD_FILENAMES ??= found;
  // Vulkan's loader warns where there is none.
  process.env.XDG_RUNTIME_DIR ??= cacheDir();
}

export async function setUpSwiftshader(emit: Emit): Promise<void> {
  const { stdout: libraries } = await execa('/sbin/ldconfig', ['-p']);
  if (!libraries.includes('libvulkan.so.1') && canApt()) await aptInstall(['libvulkan1'], emit);
  if (findDriver() === undefined) await fetchInto(fetched());
}

/** Two files of the package. */
async function fetchInto(folder: string): Promise<void> {
  const own = `${folder}.${process.pid}`;
  await mkdir(own, { recursive: true });
  try {
    await execa('apt-get', ['download', 'chromium-common'], { cwd: own });
    const unpack =
      'dpkg-deb --fsys-tarfile *.deb | tar -x --wildcards "*/vk_swiftshader_icd.json" "*/libvk_swiftshader.so"';
    await execa('sh', ['-c', `${unpack} && rm *.deb`], { cwd: own });
    await rename(own, folder).catch(() => undefined);
  } finally {
    await rm(own, { recursive: true, force: true });
  }
}
