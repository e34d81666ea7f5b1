// What the engineer knows of an instance: the issue as everyone, and the change that repairs it. Plain data.
import { basename } from 'node:path';
import type { Environment } from '../../schema/environment.ts';
import type { Instance } from '../../schema/instance.ts';
import { type FileChange, parsePatch } from './patch.ts';

export interface EngineerTask {
  instanceId: string;
  files: FileChange[];
  patch: string;
  failingTests: string[];
  language: 'python' | 'javascript';
  /** Runs the whole suite. */
  testAll: string;
  /** Runs some test files: `{files}` is replaced. */
  testFiles: string;
}

export function engineerTask(
  instance: Pick<Instance, 'instance_id' | 'patch' | 'FAIL_TO_PASS'>,
  environment: Pick<Environment, 'language' | 'test_command' | 'test_files_command'>,
): EngineerTask {
  return {
    instanceId: instance.instance_id,
    files: parsePatch(instance.patch),
    patch: instance.patch,
    failingTests: instance.FAIL_TO_PASS,
    language: environment.language,
    testAll: environment.test_command,
    testFiles: environment.test_files_command,
  };
}

/** The definition that a file's change is in, as far as the patch shows it. */
export function definitionIn({ changes }: FileChange): string | undefined {
  for (const { before, heading } of changes) {
    for (const line of [...before.toReversed(), heading]) {
      const name =
        /\b(?:def|class|function\*?)\s+([A-Za-z_$][\w$]*)/.exec(line)?.[1] ??
        /([A-Za-z_$][\w$]*)\s*[:=]\s*(?:async\s+)?\(?(?:function\b|[^()]*\)\s*=>)/.exec(line)?.[1];
      if (name !== undefined) return name;
    }
  }
  return undefined;
}

/** A failing test by the parts of its id: pytest's `file::class::test[case]`, or a title. */
export function testParts(id: string): { file?: string; name: string } {
  const [file, ...rest] = id.split('::');
  if (rest.length === 0 || !/\.\w+$/.test(file!)) return { name: id };
  return { file: file!, name: rest.at(-1)!.replace(/\[.*$/, '') };
}

export const nameOf = ({ path }: FileChange): string => basename(path);
