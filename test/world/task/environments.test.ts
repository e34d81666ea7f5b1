import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { environmentDir, loadEnvironment, loadEnvironments } from '../../../src/world/task/environments.ts';
import { temporaryFolder } from '../../support/temp.ts';

const environments = await loadEnvironments();
const upstream = environments.filter(({ source }) => source.registry !== 'local');

describe('environments that ship', () => {
  test('four upstream projects or more, two of each language, under licences that permit', () => {
    for (const language of ['python', 'javascript'])
      expect(upstream.filter((environment) => environment.language === language).length).toBeGreaterThanOrEqual(2);
    for (const { licence } of upstream)
      expect(['MIT', 'BSD-3-Clause', 'BSD-2-Clause', 'ISC', 'Apache-2.0']).toContain(licence);
  });

  test.each(upstream.map((environment) => [environment.name, environment] as const))(
    '%s: what its image fetches is the version and checksum that env.yaml says',
    (name, { version, source }) => {
      const dir = environmentDir(name);
      const fetched =
        source.registry === 'pypi'
          ? readFileSync(join(dir, 'sdist.txt'), 'utf8')
          : readFileSync(join(dir, 'Dockerfile'), 'utf8');
      expect(fetched).toContain(source.sha256);
      expect(fetched).toContain(version);
    },
  );

  test.each(upstream.map(({ name }) => [name]))(
    '%s: the fetch stage knows the extra CA, the image does not',
    (name) => {
      const [, fetch, final] = readFileSync(join(environmentDir(name), 'Dockerfile'), 'utf8').split(/^FROM .*$/m);
      expect(fetch).toContain('ARG EXTRA_CA');
      expect(fetch).toContain('trust-extra-ca');
      expect(final).not.toMatch(/EXTRA_CA|trust-extra-ca/);
      expect(final).toContain('seal-testbed');
    },
  );
});

describe('reading env.yaml', () => {
  const write = (text: string): string => {
    const dir = temporaryFolder();
    mkdirSync(join(dir, 'toy'));
    writeFileSync(join(dir, 'toy/env.yaml'), text);
    return dir;
  };
  const good = readFileSync(join(environmentDir('toolz'), 'env.yaml'), 'utf8');

  test.each([
    ['a field missing', good.replace(/^repo:.*\n/m, ''), '`repo`'],
    ['an unknown field', `${good}\nrepos: x\n`, 'repos'],
    ['a wrong value', good.replace('language: python', 'language: cobol'), '`language`'],
    ['no YAML', 'a: [', 'not YAML'],
    ["another folder's name", good, '`name` must be the folder\'s name "toy", got "toolz"'],
  ])('%s', async (_, text, message) => {
    await expect(loadEnvironment('toy', write(text))).rejects.toThrow(message);
  });

  test.each(['../outside', 'toy/../../outside', '', '.', 'toy/'])(
    'a name that is no name of a folder, %j',
    async (name) => {
      const dir = write(good.replace(/^name:.*$/m, `name: ${name}`));
      mkdirSync(join(dir, 'envs'));
      mkdirSync(join(dir, 'outside'));
      writeFileSync(join(dir, 'outside', 'env.yaml'), good.replace(/^name:.*$/m, 'name: ../outside'));
      await expect(loadEnvironment(name, join(dir, 'envs'))).rejects.toThrow(`Unknown environment "${name}"`);
    },
  );

  test('an unknown name, with those that are known', async () => {
    await expect(loadEnvironment('toolzz', write(good))).rejects.toThrow('Unknown environment "toolzz"');
    await expect(loadEnvironment('toolzz', write(good))).rejects.toThrow('Known: toy');
  });
});
