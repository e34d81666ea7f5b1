// The package as a user gets it: built, packed, installed in an empty folder elsewhere with what npm resolves for it, named by its
// sub-paths, and type-checked there. The one test that asks a package registry.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packageRoot } from '../src/core/run/paths.ts';

const user = mkdtempSync(join(tmpdir(), 'stepwright-user-'));
afterAll(() => rmSync(user, { recursive: true, force: true }));

const run = (file: string, args: readonly string[], cwd = user) => execa(file, args, { cwd, reject: false });

beforeAll(async () => {
  writeFileSync(join(user, 'package.json'), JSON.stringify({ name: 'user', private: true, type: 'module' }));
  await execa('npm', ['run', '-s', 'build'], { cwd: packageRoot });
  await execa('npm', ['pack', '--pack-destination', user], { cwd: packageRoot });
  const tarball = readdirSync(user).find((name) => name.endsWith('.tgz'));
  await execa('npm', ['install', `./${tarball}`, '--prefer-offline', '--ignore-scripts', '--no-audit'], { cwd: user });
});

const subPaths = Object.keys(JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')).exports)
  .filter((path) => !path.endsWith('.json'))
  .map((path) => path.replace('.', 'stepwright'));

/** With what a strict project of a user has; its compiler and Node's types are the ones here. */
async function typeErrors(files: readonly string[]): Promise<string[]> {
  const settings =
    '--module nodenext --target es2022 --lib es2023,esnext.disposable --strict --skipLibCheck false --types node';
  const types = join(packageRoot, 'node_modules/@types');
  const compiler = join(packageRoot, 'node_modules/.bin/tsc');
  const { stdout } = await run(compiler, [...settings.split(' '), '--typeRoots', types, '--outDir', 'out', ...files]);
  // TensorFlow.js mentions the types of a browser.
  return stdout.split('\n').filter((line) => line !== '' && !/^node_modules\/@(tensorflow|webgpu)\//.test(line));
}

describe('the packed and installed package', () => {
  test('resolves every sub-path with its types, and loads no TensorFlow.js by that', async () => {
    const lines = subPaths.map((path, n) => `import * as m${n} from '${path}';`);
    const names = subPaths.map((_, n) => `m${n}`).join(', ');
    const program = `${lines.join('\n')}
// @ts-expect-error: a number is no text
export const wrong: string = m0.sequenceRatio('a', 'b');
console.log(JSON.stringify({ counts: [${names}].map((m) => Object.keys(m).length), hasTensors: '_tfengine' in globalThis }));
`;
    writeFileSync(join(user, 'names.ts'), program);
    expect(await typeErrors(['names.ts'])).toEqual([]);
    const { counts, hasTensors } = JSON.parse((await run('node', ['out/names.js'])).stdout);
    expect(hasTensors).toBe(false);
    expect(Math.min(...counts)).toBeGreaterThan(0);
  });
});
