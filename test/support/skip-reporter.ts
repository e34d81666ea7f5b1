// Reports which tests were skipped for want of what, and which files never finished since their worker ended (in CI scripts/test.mjs runs
// them again). Fails a run in CI that skips other tests than those of allowed-skips.ts. Ends with the counts in one plain line.
import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { Reporter, TestCase, TestModule } from 'vitest/node';
import { type AllowedSkip, allowedSkips } from './allowed-skips.ts';

const testFolder = `${import.meta.dirname}/..`;

export const skipReporter: Reporter = {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const count = (state: string): number => tests.filter((test) => test.result().state === state).length;
    const skipped = tests.filter((test) => test.result().state === 'skipped');
    const unlisted = skipped.filter((test) => reasonFor(test, allowedSkips) === undefined);
    for (const line of renderReasons(skipped)) console.log(line);
    for (const test of unlisted) console.log(`skipped without a listed reason: ${titleOf(test)}${noteOf(test)}`);
    if (process.env.CI && unlisted.length > 0) {
      console.error('error: in CI every skipped test must be listed in test/support/allowed-skips.ts.');
      process.exitCode = 1;
    }
    const unfinished = modules.filter((module) => !ended.has(module.state()));
    for (const module of unfinished) {
      const pending = [...module.children.allTests('pending')].map((test) => test.fullName);
      console.error(
        `error: ${pathOf(module)} never finished: its worker ended. Without a result: ${pending.join('; ')}`,
      );
    }
    const only =
      unfinished.length > 0 && unfinished.length === errors.length && count('failed') + unlisted.length === 0;
    if (only && process.env.STEPWRIGHT_UNFINISHED)
      writeFileSync(process.env.STEPWRIGHT_UNFINISHED, JSON.stringify(unfinished.map((module) => module.moduleId)));
    console.log(`${count('passed')} passed, ${count('failed')} failed, ${skipped.length} skipped`);
  },
};

const ended: ReadonlySet<string> = new Set(['passed', 'failed', 'skipped']);

const pathOf = (module: TestModule): string => relative(testFolder, module.moduleId);
const fileOf = (test: TestCase): string => pathOf(test.module);
const titleOf = (test: TestCase): string => `${fileOf(test)} > ${test.fullName}`;

function noteOf(test: TestCase): string {
  const result = test.result();
  return result.state === 'skipped' && result.note ? ` (${result.note})` : '';
}

function reasonFor(test: TestCase, allowed: readonly AllowedSkip[]): string | undefined {
  const matches = ({ file, title }: AllowedSkip) => file === fileOf(test) && (title?.test(test.fullName) ?? true);
  return allowed.find(matches)?.reason;
}

function renderReasons(skipped: readonly TestCase[]): string[] {
  const reasons = skipped.map((test) => reasonFor(test, allowedSkips)).filter((reason) => reason !== undefined);
  return [...new Set(reasons)].map((reason) => {
    const number = reasons.filter((other) => other === reason).length;
    return `${number} skipped: they need ${reason}`;
  });
}
