// What the public names promise before anything is built: their documentation, and that importing them is cheap.
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { packageRoot } from '../src/core/run/paths.ts';

test('TypeDoc documents every public name, and every type that a public name mentions', async () => {
  const { all, exitCode } = await execa('npx', ['typedoc', '--emit', 'none'], {
    cwd: packageRoot,
    reject: false,
    all: true,
  });
  expect({ exitCode, all }).toEqual({ exitCode: 0, all: '' });
});
