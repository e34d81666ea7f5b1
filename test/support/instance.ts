// A small whole instance, and parts of one to put in.
import type { Instance } from '../../src/core/schema/instance.ts';

export const anInstance = (more: Partial<Instance> = {}): Instance => ({
  instance_id: 'toy__1',
  repo: 'toy/toy',
  version: '1',
  base_commit: '',
  environment: 'toy',
  image: 'toy:1',
  problem_statement: 'x must be 2',
  hints_text: '',
  patch: '',
  test_patch: '',
  bug_patch: '',
  FAIL_TO_PASS: ['tests/test_a.py::test_x'],
  PASS_TO_PASS: [],
  eval_script: 'true',
  log_parser: 'pytest',
  eval_type: 'pass_and_fail',
  split: 'train',
  datasets: [],
  metadata: {},
  ...more,
});
