// Rows of other data sets as instances: SWE-bench (v5 rows hold all that judging needs, older ones need some of it told) and SWE-smith,
// whose `patch` is the bug and whose fix is that patch reversed.
import { TaskError } from '../schema/errors.ts';
import { type Instance, instanceSchema } from '../schema/instance.ts';
import { issueText } from './issue-text.ts';

/** For fields that a row does not have. */
export interface ImportDefaults {
  suite: string;
  environment?: string | undefined;
  image?: string | undefined;
  evalScript?: string | undefined;
  logParser?: string | undefined;
  split?: Instance['split'] | undefined;
}

export function importRow(row: unknown, defaults: ImportDefaults): Instance {
  if (typeof row !== 'object' || row === null) throw new TaskError(`expected an object, got ${JSON.stringify(row)}`);
  const source = row as Record<string, unknown>;
  const smith =
    typeof source.image_name === 'string' && typeof source.repo === 'string' && source.repo.startsWith('swesmith/');
  const result = instanceSchema.safeParse({
    ...source,
    ...(smith && { patch: reversePatch(String(source.patch)), bug_patch: source.patch, version: smithVersion(source) }),
    environment: source.environment ?? defaults.environment ?? '',
    image: source.image ?? source.image_name ?? defaults.image,
    eval_script: source.eval_script ?? defaults.evalScript,
    log_parser: source.log_parser ?? defaults.logParser,
    split: defaults.split ?? 'heldout',
    datasets: [defaults.suite],
    hints_text: source.hints_text ?? '',
    metadata: { origin: smith ? 'swe-smith' : 'swe-bench' },
  });
  if (!result.success)
    throw new TaskError(
      `${String(source.instance_id ?? 'row')}: ${issueText(result.error)}. Give it by an option of import.`,
    );
  return result.data;
}

/** `swesmith/owner__repo.<commit>`: the commit stands for the release. */
const smithVersion = ({ repo, version }: Record<string, unknown>): unknown => version ?? String(repo).split('.').at(-1);

/** A patch that undoes the given one: text changes, new and deleted files, renames. */
export function reversePatch(patch: string): string {
  let inHunk = false;
  const lines = patch.split('\n').map((line) => {
    inHunk = line.startsWith('@@') || (inHunk && !line.startsWith('diff --git '));
    return reverseLine(line, inHunk);
  });
  return pairsInOrder(lines).join('\n');
}

function reverseLine(line: string, inHunk: boolean): string {
  const hunk = /^@@ -(\S+) \+(\S+) @@(.*)$/s.exec(line);
  if (hunk) return `@@ -${hunk[2]} +${hunk[1]} @@${hunk[3]}`;
  if (inHunk) return line.replace(/^[+-]/, (sign) => (sign === '+' ? '-' : '+'));
  const index = /^index (\w+)\.\.(\w+)(.*)$/.exec(line);
  if (index) return `index ${index[2]}..${index[1]}${index[3]}`;
  if (line.startsWith('--- ')) return `+++ ${swapSide(line.slice(4))}`;
  if (line.startsWith('+++ ')) return `--- ${swapSide(line.slice(4))}`;
  for (const [one, other] of [
    ['new file', 'deleted file'],
    ['rename from', 'rename to'],
    ['old mode', 'new mode'],
  ] as const) {
    if (line.startsWith(one)) return other + line.slice(one.length);
    if (line.startsWith(other)) return one + line.slice(other.length);
  }
  return line;
}

const swapSide = (path: string): string => path.replace(/^[ab]\//, (side) => (side === 'a/' ? 'b/' : 'a/'));

/** `---` comes before `+++`, and so on: the two header lines that were exchanged in place change places. */
function pairsInOrder(lines: string[]): string[] {
  const ordered = [...lines];
  for (let at = 0; at + 1 < ordered.length; at++) {
    const swapped = [
      ['+++ ', '--- '],
      ['rename to', 'rename from'],
      ['new mode', 'old mode'],
    ] as const;
    if (swapped.some(([second, first]) => ordered[at]!.startsWith(second) && ordered[at + 1]!.startsWith(first)))
      [ordered[at], ordered[at + 1]] = [ordered[at + 1]!, ordered[at]!];
  }
  return ordered;
}
