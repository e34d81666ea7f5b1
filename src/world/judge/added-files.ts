// Files that a patch adds and that steer what judges it: a test runner's settings and plug-ins, what an interpreter runs when it starts, and
// modules that would be found in place of the runner's own. They go before the tests run; repairs are changes to the project.
import { randomBytes } from 'node:crypto';
import { GradingError } from '../../core/schema/errors.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';

/** Of any component of a path. */
const FOLDERS = /^(?:node_modules|__pycache__|.*\.(?:egg-info|dist-info|egg-link))$/;

/** Of a file's name, wherever it is. */
const FILES = new RegExp(
  `^(?:${[
    ...[
      'conftest\\.py',
      'pytest\\.(?:ini|toml)',
      '\\.pytest\\.(?:ini|toml)',
      'pyproject\\.toml',
      'setup\\.cfg',
      'tox\\.ini',
    ],
    ...[
      '(?:site|user)customize\\..*',
      '.*\\.pth',
      '.*\\.py[co]',
      'package\\.json',
      '\\.npmrc',
      '\\.mocharc\\..*',
      'mocha\\.opts',
    ],
  ].join('|')})$`,
);

/** Folders that interpreters look for modules in, by habit. */
const MODULE_ROOTS = ['', 'src/', 'lib/'];

/** Isolated, it finds nothing of the project. Prints what `import` would find first if the patch did not come before it. */
const LIST_MODULES = `python3 -I -c 'import sys
print(*sys.stdlib_module_names, *sys.builtin_module_names)
from importlib.metadata import packages_distributions
print(*packages_distributions())' 2>/dev/null`;

const OPTIONS = { timeoutMs: 60_000, maxOutputBytes: 8 * 1024 * 1024 };

/** Notes the files that are there. The function returned, called after the patch, takes away what it added and may not; the paths. */
export async function watchAddedFiles(box: Sandbox): Promise<() => Promise<string[]>> {
  const list = `/tmp/stepwright-${randomBytes(16).toString('hex')}.list`;
  const find = 'find . -mindepth 1 -name .git -prune -o -printf "%P\\0" | LC_ALL=C sort -z';
  await must(box, `${find} > ${list}`);
  return async () => {
    const output = await must(box, `${find} | LC_ALL=C comm -z -13 ${list} -`);
    const added = output.split('\0').filter((path) => path !== '');
    const mayShadow = added.some((path) => moduleOf(path) !== undefined);
    const modules = mayShadow ? (await box.exec(LIST_MODULES, OPTIONS)).output.split(/\s+/) : [];
    const steering = added.filter(steersTests(new Set(modules)));
    if (steering.length > 0) await must(box, 'xargs -0 rm -rf --', steering.join('\0'));
    return steering;
  };
}

/** `modules` are the interpreter's own and those that are installed. */
export const steersTests =
  (modules: ReadonlySet<string>) =>
  (path: string): boolean => {
    const names = path.split('/');
    const module = moduleOf(path);
    return (
      names.some((name) => FOLDERS.test(name)) ||
      FILES.test(names.at(-1)!) ||
      (module !== undefined && modules.has(module))
    );
  };

/** What Python would import a file or a folder as, when one of the roots is on its path. */
function moduleOf(path: string): string | undefined {
  for (const root of MODULE_ROOTS) {
    const name = path.startsWith(root) ? path.slice(root.length) : '/';
    if (!name.includes('/')) return name.split('.', 1)[0];
  }
  return undefined;
}

async function must(box: Sandbox, command: string, stdin = ''): Promise<string> {
  const { exitCode, output, truncated } = await box.exec(command, { ...OPTIONS, stdin });
  if (exitCode === 0 && !truncated) return output;
  throw new GradingError(
    `The files of the patch could not be looked through (exit code ${exitCode}): ${output.slice(-200)}`,
  );
}
