// test.mjs [OPTIONS OF VITEST]: runs the tests. In CI a file whose worker process ended before its tests did gets a second run, as a test
// that fails gets a second try (vitest.config.ts): vitest itself reports such a file as an error and never runs it again.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'stepwright-test-'));
const unfinished = join(folder, 'unfinished.json');

let status = vitest(process.argv.slice(2));
if (status !== 0 && process.env.CI && existsSync(unfinished)) {
  const files = JSON.parse(readFileSync(unfinished, 'utf8'));
  console.error(`▸ a second run of what never finished: ${files.join(', ')}`);
  rmSync(unfinished);
  status = vitest(files);
}
rmSync(folder, { recursive: true });
process.exitCode = status ?? 1;

function vitest(args) {
  const program = join(root, 'node_modules/vitest/vitest.mjs');
  // Written by test/support/skip-reporter.ts when nothing else is wrong.
  const env = { ...process.env, STEPWRIGHT_UNFINISHED: unfinished };
  return spawnSync(process.execPath, [program, 'run', ...args], { cwd: root, env, stdio: 'inherit' }).status;
}
