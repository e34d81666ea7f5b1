// In a clone the sources run as they are, through tsx; the published package carries dist/ and no src/.
import { existsSync } from 'node:fs';

export async function launch(...prefix) {
  const source = new URL('../src/cli/main.ts', import.meta.url);
  if (existsSync(source)) (await import('tsx/esm/api')).register();
  const { run } = await import(existsSync(source) ? source.href : new URL('../dist/cli/main.js', import.meta.url).href);
  process.exit(await run([...prefix, ...process.argv.slice(2)]));
}
