// What a row of another data set is, by its columns, where it is none that can be imported.
import { keysOf } from '../../core/schema/issue-text.ts';

interface DataSet {
  name: string;
  /** Which no other data set has together. */
  columns: readonly string[];
  why: string;
}

const NOT_IMPORTED: readonly DataSet[] = [
  {
    name: 'R2E-Gym',
    columns: ['commit_hash', 'execution_result_content'],
    why: 'it has no patches and no lists of tests; its rows hold whole commits',
  },
  {
    name: 'Multi-SWE-bench',
    columns: ['org', 'number', 'fix_patch'],
    why: 'its tests are run and read by its own harness',
  },
  {
    name: 'SWE-bench Pro',
    columns: ['before_repo_set_cmd', 'selected_test_files_to_run'],
    why: 'its tests are run by scripts that are not in the row',
  },
];

/** Undefined for what may be a row of SWE-bench, SWE-smith, SWE-Gym or SWE-rebench. */
export function whyNotImported(row: object): string | undefined {
  const dataSet = NOT_IMPORTED.find(({ columns }) => columns.every((column) => Object.hasOwn(row, column)));
  if (dataSet) return `a row of ${dataSet.name}, which is not imported: ${dataSet.why}`;
  if (Object.hasOwn(row, 'instance_id')) return undefined;
  return `no row of SWE-bench, SWE-smith, SWE-Gym or SWE-rebench: \`instance_id\` is missing${keysOf(row)}`;
}
