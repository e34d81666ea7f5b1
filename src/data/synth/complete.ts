// A bug written by hand becomes an instance: its author gives bug.patch, problem_statement.md, test.patch and a short task.yaml
// {environment, split, metadata}; what can be measured is measured: base commit, fix, test lists.
import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { parse } from 'yaml';
import type { z } from 'zod';
import { reversePatch } from '../../core/patch/reverse-patch.ts';
import type { Environment } from '../../core/schema/environment.ts';
import { TaskError } from '../../core/schema/errors.ts';
import { type Instance, instanceSchema } from '../../core/schema/instance.ts';
import { issueText } from '../../core/schema/issue-text.ts';
import { createInstance } from './create-instance.ts';
import { runBaseline, runBug } from './suite-diff.ts';
import type { SuiteRunner } from './suite-run.ts';

const draftSchema = instanceSchema.pick({ environment: true, split: true, metadata: true });

export interface Draft extends z.infer<typeof draftSchema> {
  id: string;
  statement: string;
  bugPatch: string;
  testPatch: string;
}

/** Extra fields of task.yaml are let be: a completed task is a draft too, when upstream or its tests have changed. */
export async function readDraft(dir: string): Promise<Draft> {
  const [yaml, statement, bugPatch, testPatch] = await Promise.all(
    ['task.yaml', 'problem_statement.md', 'bug.patch', 'test.patch'].map((name) => readPart(join(dir, name))),
  );
  const value: unknown = parse(yaml!);
  const result = draftSchema.safeParse(value);
  if (!result.success)
    throw new TaskError(`${join(dir, 'task.yaml')}: ${issueText(result.error, value)}. Fix that field.`);
  return {
    ...result.data,
    id: basename(resolve(dir)),
    statement: statement!,
    bugPatch: bugPatch!,
    testPatch: testPatch!,
  };
}

export async function completeDraft(
  draft: Draft,
  suite: string,
  environment: Environment,
  suiteRunner: SuiteRunner,
): Promise<Instance> {
  const { id, bugPatch, testPatch, statement, split } = draft;
  const baseline = await runBaseline(suiteRunner, { testPatch });
  if ('why' in baseline) throw new TaskError(`${id}: with test.patch ${baseline.why}. Fix the tests.`);
  const result = await runBug(suiteRunner, { bugPatch, testPatch }, baseline.passing);
  if ('why' in result) throw new TaskError(`${id}: with bug.patch ${result.why}. Fix the bug or its tests.`);
  return createInstance(environment, {
    id,
    suite,
    statement,
    bugPatch,
    goldPatch: reversePatch(bugPatch),
    testPatch,
    lists: result,
    failing: baseline.failing,
    baseCommit: result.run.baseCommit,
    split,
    metadata: { origin: 'hand', ...draft.metadata },
  });
}

const readPart = (file: string): Promise<string> =>
  readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new TaskError(`${file}: cannot be read (${error.code}). A draft needs it.`);
  });
