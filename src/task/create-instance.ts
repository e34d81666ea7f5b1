// An instance row out of an environment, a bug and what its runs showed.
import type { Environment } from '../schema/environment.ts';
import type { Instance } from '../schema/instance.ts';
import { imageOf } from './environments.ts';
import type { TestLists } from './suite-diff.ts';

export interface InstanceParts {
  id: string;
  suite: string;
  statement: string;
  bugPatch: string;
  goldPatch: string;
  testPatch?: string;
  lists: TestLists;
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
  eval_script: evalScript(environment),
  log_parser: environment.log_parser,
  eval_type: 'pass_and_fail',
  split: parts.split ?? 'train',
  datasets: [parts.suite],
  metadata: parts.metadata,
});

export const evalScript = ({ test_command }: Environment): string => `cd /testbed\n${test_command}\n`;
