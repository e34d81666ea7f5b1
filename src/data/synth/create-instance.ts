// An instance row out of an environment, a bug and what its runs showed.
import { parse } from 'node:path';
import { type Environment, imageOf } from '../../core/schema/environment.ts';
import type { Instance } from '../../core/schema/instance.ts';
import type { TestLists } from './suite-diff.ts';

export interface InstanceParts {
  id: string;
  suite: string;
  /** The file with the bug, where its own tests are to judge it. */
  source?: string | undefined;
  statement: string;
  bugPatch: string;
  goldPatch: string;
  testPatch?: string;
  lists: TestLists;
  /** Tests that fail without the bug, too. */
  failing?: readonly string[];
  baseCommit: string;
  split?: Instance['split'];
  metadata: Record<string, string>;
}

export const createInstance = (environment: Environment, parts: InstanceParts): Instance => ({
  instance_id: parts.id,
  repo: environment.repo,
  version: environment.version,
  base_commit: parts.baseCommit,
  environment: environment.name,
  image: imageOf(environment),
  problem_statement: parts.statement,
  hints_text: '',
  patch: parts.goldPatch,
  test_patch: parts.testPatch ?? '',
  bug_patch: parts.bugPatch,
  FAIL_TO_PASS: parts.lists.failToPass,
  PASS_TO_PASS: parts.lists.passToPass,
  ...(parts.failing?.length && { FAIL_TO_FAIL: [...parts.failing] }),
  eval_script: evalScript(environment, parts.source),
  log_parser: environment.log_parser,
  eval_type: 'pass_and_fail',
  split: parts.split ?? 'train',
  datasets: [parts.suite],
  metadata: parts.metadata,
});

/** Runs the whole suite; of an environment that says which tests are a source file's own, those. */
export function evalScript(environment: Environment, source?: string): string {
  const { test_command, test_files_command, own_tests } = environment;
  const files = source && own_tests?.replace('{name}', parse(source).name);
  return `cd /testbed\n${files ? test_files_command.replace('{files}', files) : test_command}\n`;
}
