import { describe, expect, onTestFinished, test } from 'vitest';
import { steersTests, watchAddedFiles } from '../../../src/world/judge/added-files.ts';
import { openLocalSandbox } from '../../support/local-sandbox.ts';

describe('of the files that a patch adds', () => {
  const steers = steersTests(new Set(['unittest', 'shlex', 'pytest']));

  test.each([
    ...[
      'pyproject.toml',
      'setup.cfg',
      'pytest.toml',
      'deep/conftest.py',
      '.mocharc.js',
      'test/mocha.opts',
      'package.json',
      '.npmrc',
    ],
    ...['sitecustomize.py', 'usercustomize.py', 'x.pth', 'pkg.egg-info/entry_points.txt', 'a/b.dist-info/METADATA'],
    ...['unittest.py', 'shlex', 'pytest.so', 'src/pytest.py', 'lib/unittest.py', 'a.pyc', '__pycache__/a'],
    ...['node_modules/tape/index.js', 'lib/node_modules'],
  ])('%s steers tests', (path) => {
    expect(steers(path)).toBe(true);
  });

  test.each([
    'fix.py',
    'toolz/unittest.py',
    'lib/parse.js',
    'notes.md',
    'reproduce.py',
    'toolz/_pytest_helper.py',
    'docs/conf.py',
  ])('%s does not', (path) => expect(steers(path)).toBe(false));
});

describe('what steers tests', () => {
  const open = async (files: Record<string, string>) => {
    const box = await openLocalSandbox(files);
    onTestFinished(() => box.dispose());
    return box;
  };

  test('goes when it was added, in folders and with odd names too, and stays when it was there', async () => {
    const box = await open({ 'pyproject.toml': '', 'package.json': '{}', 'src.py': '' });
    const remove = await watchAddedFiles(box);
    await box.exec(`mkdir -p node_modules/tape shlex && touch node_modules/tape/index.js shlex/__init__.py sitecustomize.py fine.py
      mkdir -p $'a\\nb' && touch $'a\\nb/conftest.py' && echo x > pyproject.toml`);
    expect((await remove()).filter((path) => !path.includes('/')).sort()).toEqual([
      'node_modules',
      'shlex',
      'sitecustomize.py',
    ]);
    const left = (await box.exec('find . -type f -not -path "./.git/*" | sort')).output;
    expect(left).toBe('./fine.py\n./package.json\n./pyproject.toml\n./src.py\n');
  });

  test('is nothing for a patch that only changes files', async () => {
    const box = await open({ 'src.py': '' });
    const remove = await watchAddedFiles(box);
    await box.exec('echo x > src.py');
    expect(await remove()).toEqual([]);
  });
});
