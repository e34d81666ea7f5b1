// What the expert knows of an instance: the issue as everyone, and the change that repairs it. Plain data.
import { basename } from 'node:path';
import { type FileChange, fileChanges } from '../../../core/patch/edits.ts';
import type { Environment } from '../../../core/schema/environment.ts';
import type { Instance } from '../../../core/schema/instance.ts';

export interface ExpertTask {
  instanceId: string;
  files: FileChange[];
  patch: string;
  /** Those of the failing tests that are in the repository; the scorer's own are not. */
  failingTests: string[];
  /** `path::name` of the definitions that the change is in, where the instance says so. */
  definitions: string[];
  language: 'python' | 'javascript';
  /** Runs the whole suite. */
  testAll: string;
  /** Runs some test files: `{files}` is replaced. */
  testFiles: string;
}

export function expertTask(
  instance: Pick<Instance, 'instance_id' | 'patch' | 'test_patch' | 'FAIL_TO_PASS' | 'metadata'>,
  environment: Pick<Environment, 'language' | 'test_command' | 'test_files_command'>,
): ExpertTask {
  return {
    instanceId: instance.instance_id,
    files: fileChanges(instance.patch),
    patch: instance.patch,
    failingTests: visibleTests(instance),
    definitions: instance.metadata.function?.split(/\s+/) ?? [],
    language: environment.language,
    testAll: environment.test_command,
    testFiles: environment.test_files_command,
  };
}

/** A test that names no file may come with the test patch, when there is one. */
function visibleTests({ FAIL_TO_PASS, test_patch }: Pick<Instance, 'FAIL_TO_PASS' | 'test_patch'>): string[] {
  if (test_patch === '') return FAIL_TO_PASS;
  const hidden = fileChanges(test_patch).map(({ path }) => path);
  return FAIL_TO_PASS.filter((id) => {
    const { file } = testParts(id);
    return file !== undefined && !hidden.includes(file);
  });
}

/** The definition that a file's change is in, as far as the instance or the patch tells. */
export function definitionIn({ definitions }: ExpertTask, { path, changes }: FileChange): string | undefined {
  const told = definitions
    .map((definition) => definition.split('::'))
    .find(([file]) => file === path)
    ?.at(-1);
  if (told !== undefined) return told.split('.').at(-1);
  const lines = changes.flatMap(({ before, heading }) => [...before.toReversed(), heading]);
  return lines.map(nameDefinedBy).find((name) => name !== undefined);
}

const nameDefinedBy = (line: string): string | undefined =>
  /\b(?:def|class|function\*?)\s+([A-Za-z_$][\w$]*)/.exec(line)?.[1] ??
  /([A-Za-z_$][\w$]*)\s*[:=]\s*(?:async\s+)?\(?(?:function\b|[^()]*\)\s*=>)/.exec(line)?.[1];

/** A failing test by the parts of its id: pytest's `file::class::test[case]`, or a title. */
export function testParts(id: string): { file?: string; name: string } {
  const [file, ...rest] = id.split('::');
  if (rest.length === 0 || !/\.\w+$/.test(file!)) return { name: id };
  return { file: file!, name: rest.at(-1)!.replace(/\[.*$/, '') };
}

export const nameOf = ({ path }: FileChange): string => basename(path);
