// A GPU for machines without one: SwiftShader, a Vulkan driver that computes on the CPU, out of Debian's package of Chromium.
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { silent } from '../../src/core/run/events.ts';
import { cacheDir } from '../../src/core/run/paths.ts';
import { aptInstall, canApt } from '../../src/world/sandbox/engine/host-packages.ts';

const driver = (root: string): string => join(root, 'usr/lib/chromium/vk_swiftshader_icd.json');

/** Shows it to this process's Vulkan, where VK_ICD_FILENAMES names no other driver. */
export async function provideSwiftshader(): Promise<void> {
  const { stdout: libraries } = await execa('/sbin/ldconfig', ['-p']);
  if (!libraries.includes('libvulkan.so.1') && canApt()) await aptInstall(['libvulkan1'], silent);
  const fetched = join(cacheDir(), 'swiftshader');
  if (![driver('/'), driver(fetched)].some(existsSync)) await fetchInto(fetched);
  process.env.VK_ICD_FILENAMES ??= [driver('/'), driver(fetched)].find(existsSync);
  // Vulkan's loader warns where there is none.
  process.env.XDG_RUNTIME_DIR ??= cacheDir();
}

/** Two files of the package. Other test files may do the same at the same time: the first that is done counts. */
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
