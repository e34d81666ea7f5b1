// A suite runner on a toy project: real git, real Node, real TAP; each run in a temporary folder instead of a container.

import type { Environment } from '../../../src/core/schema/environment.ts';
import type { SuiteRunner } from '../../../src/data/synth/suite-run.ts';
import { createSuiteRunner } from '../../../src/data/synth/suite-runner.ts';
import { openLocalSandbox } from '../../support/local-sandbox.ts';

export const toyEnvironment: Environment = {
  name: 'toy',
  repo: 'toy/toy',
  version: '1.0.0',
  language: 'javascript',
  source: { registry: 'local', package: 'toy' },
  licence: 'MIT',
  test_command: 'node test/run.js',
  test_files_command: 'node test/run.js {files}',
  test_paths: ['test'],
  log_parser: 'tap',
  test_timeout_s: 20,
  source_globs: ['lib/*.js'],
};

export const toyFiles = {
  'lib/lists.js': `exports.take = function take(n, list) {
  return list.slice(0, n)
}

exports.total = function total(list) {
  var sum = 0
  for (var i = 0; i < list.length; i++) {
    sum += list[i]
  }
  return sum
}

exports.unused = function unused(a, b) {
  return a < b
}
`,
  'test/run.js': `var lists = require('../lib/lists.js')
var count = 0, failed = false
function test(name, fn) {
  count += 1
  try {
    fn()
    console.log('ok ' + count + ' ' + name)
  } catch (error) {
    failed = true
    console.log('not ok ' + count + ' ' + name + '\\n' + error.stack.replace(/^/gm, '  '))
  }
}
function equal(a, b) {
  a = JSON.stringify(a)
  b = JSON.stringify(b)
  if (a !== b) throw new Error('expected ' + a + ' to equal ' + b)
}
for (var n = 0; n < 12; n++) test('number ' + n, function () {})
test('take', function () {
  var letters = ['a', 'b', 'c']
  equal(lists.take(2, letters), ['a', 'b'])
})
test('total', function () {
  equal(lists.total([1, 2, 3]), 6)
})
console.log('1..' + count)
process.exit(failed ? 1 : 0)
`,
};

export function toySuiteRunner(files: Record<string, string> = toyFiles): SuiteRunner {
  const backend = {
    name: 'local',
    async open({ bugPatch }: { bugPatch?: string }) {
      const box = await openLocalSandbox(files);
      if (bugPatch === undefined) return box;
      await box.writeFile('/testbed/.git/bug.diff', bugPatch);
      await box.exec('git apply .git/bug.diff && git add -A && git -c user.name=t -c user.email=t@t commit -qm bug');
      return box;
    },
  };
  return createSuiteRunner(toyEnvironment, { backend });
}
