// Packages that are no dependencies, since they are large: in a folder where a set-up script of ours put them, else where the user did.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';

/** Where a package is that the manifest's neighbours may import; undefined where it is not installed. */
export function resolveFrom(manifest: string, name: string): string | undefined {
  if (!existsSync(manifest)) return undefined;
  try {
    return createRequire(manifest).resolve(name);
  } catch {
    return undefined;
  }
}

/** A backend's package brings kernels that tfjs has from elsewhere, and it says of each that it is registered already. */
export function withoutWarnings<T>(load: () => T): T {
  const { warn } = console;
  console.warn = () => undefined;
  try {
    return load();
  } finally {
    console.warn = warn;
  }
}
