// Rows of other data sets as instances: SWE-bench (v5 rows hold all that judging needs, older ones lack some of it), SWE-Gym, SWE-rebench
// (with images and test commands of their own), and SWE-smith, whose `patch` is the bug and whose fix is that patch reversed.

import { changedFiles } from '../../core/patch/changed-files.ts';
import { reversePatch } from '../../core/patch/reverse-patch.ts';
import { TaskError } from '../../core/schema/errors.ts';
import { clipJson } from '../../core/schema/escape-controls.ts';
import { type Instance, instanceSchema } from '../../core/schema/instance.ts';
import { issueText } from '../../core/schema/issue-text.ts';
import { whyNotImported } from './data-sets.ts';
import { readTestList } from './test-list.ts';

/** For fields that a row does not have. */
export interface ImportDefaults {
  suite: string;
  environment?: string | undefined;
  image?: string | undefined;
  evalScript?: string | undefined;
  logParser?: string | undefined;
  split?: Instance['split'] | undefined;
}

/** Throws a `TaskError` that names the field. What the row itself says comes before the defaults. */
export function importRow(row: unknown, defaults: ImportDefaults): Instance {
  if (typeof row !== 'object' || row === null || Array.isArray(row))
    throw new TaskError(`expected an object, found ${clipJson(row)}`);
  const other = whyNotImported(row);
  if (other !== undefined) throw new TaskError(other);
  const fields = fieldsOf(row as Record<string, unknown>, defaults);
  const parsed = instanceSchema.safeParse(fields);
  const problem = parsed.success ? missingPart(parsed.data) : whatIsWrong(parsed.error, row, fields);
  if (parsed.success && problem === undefined) return parsed.data;
  throw new TaskError(`${clipJson(fields.instance_id)}: ${problem}`);
}

function fieldsOf(row: Record<string, unknown>, defaults: ImportDefaults): Record<string, unknown> {
  const repo = typeof row.repo === 'string' ? row.repo : '';
  const isSmith = repo.startsWith('swesmith/');
  const config = installConfigOf(row.install_config);
  return {
    ...row,
    ...(isSmith && typeof row.patch === 'string' && { patch: reversePatch(row.patch), bug_patch: row.patch }),
    version: textOf(row.version) ?? (isSmith ? repo.split('.').at(-1) : ''),
    environment: nameOf(row.environment) ?? defaults.environment ?? '',
    image: given(row.image) ?? given(row.docker_image) ?? given(row.image_name) ?? defaults.image,
    eval_script: given(row.eval_script) ?? evalScriptOf(config.test_cmd, row.test_patch) ?? defaults.evalScript,
    log_parser: given(row.log_parser) ?? given(config.log_parser) ?? defaults.logParser,
    FAIL_TO_PASS: readTestList(row.FAIL_TO_PASS ?? row.fail_to_pass),
    PASS_TO_PASS: readTestList(row.PASS_TO_PASS ?? row.pass_to_pass),
    problem_statement: row.problem_statement ?? '',
    test_patch: row.test_patch ?? '',
    hints_text: row.hints_text ?? '',
    eval_type: row.eval_type ?? undefined,
    bug_patch: isSmith ? row.patch : (row.bug_patch ?? ''),
    split: defaults.split ?? 'heldout',
    datasets: [defaults.suite],
    metadata: { origin: isSmith ? 'swe-smith' : 'swe-bench' },
  };
}

/** Fields of a row that no field of an instance is made from. */
export const unusedFields = (row: object): string[] =>
  Object.entries(row).flatMap(([name, value]) => (value === null || READ.has(name) ? [] : [name]));

const READ = new Set([
  ...Object.keys(instanceSchema.omit({ split: true, datasets: true, metadata: true }).shape),
  ...['docker_image', 'image_name', 'install_config', 'fail_to_pass', 'pass_to_pass'],
]);

/** Tables have null and '' where a row says nothing. */
const given = (value: unknown): unknown => (value === null || value === '' ? undefined : value);

const textOf = (value: unknown): unknown => (typeof value === 'number' ? String(value) : given(value));

/** SWE-rebench keeps a conda file in `environment`. */
const nameOf = (value: unknown): string | undefined =>
  typeof value === 'string' && /^[\w.-]+$/.test(value) ? value : undefined;

interface InstallConfig {
  test_cmd?: unknown;
  log_parser?: unknown;
}

function installConfigOf(value: unknown): InstallConfig {
  if (typeof value === 'object' && value !== null) return value;
  if (typeof value !== 'string') return {};
  try {
    return installConfigOf(JSON.parse(value));
  } catch {
    return {};
  }
}

/** As SWE-bench runs it: the command on the files that the test patch changes. */
function evalScriptOf(testCommand: unknown, testPatch: unknown): string | undefined {
  const commands = [testCommand].flat().filter((command) => typeof command === 'string' && command.trim() !== '');
  if (commands.length === 0) return undefined;
  const files = typeof testPatch === 'string' ? changedFiles(testPatch).map(({ path }) => path) : [];
  const last = [commands.at(-1), ...files.map((path) => `'${path.replaceAll("'", "'\\''")}'`)].join(' ');
  return [...commands.slice(0, -1), last].join('\n');
}

/** What the schema allows and judging does not. */
function missingPart({ FAIL_TO_PASS }: Instance): string | undefined {
  if (FAIL_TO_PASS.length > 0) return undefined;
  return '`FAIL_TO_PASS` is empty: no test tells a fix from none (the training split of SWE-bench has no tests)';
}

const OPTIONS = new Map([
  ['image', '--image'],
  ['eval_script', '--eval-script'],
  ['log_parser', '--log-parser'],
]);

function whatIsWrong(error: Parameters<typeof issueText>[0], row: object, fields: object): string {
  const field = String(error.issues[0]!.path[0]);
  if (field === 'problem_statement' && (fields as { problem_statement: unknown }).problem_statement === '')
    return '`problem_statement` is empty: there is nothing to solve (many rows of SWE-smith have none)';
  const option = OPTIONS.get(field);
  const isMissing = (fields as Record<string, unknown>)[field] === undefined;
  const text = issueText(error, isMissing ? row : fields);
  return option !== undefined && isMissing ? `${text}; give it by ${option}` : text;
}
