// Proves that an instance is one: the gold patch resolves it, and a change that touches nothing does not, for the right reason.
import { countOf } from '../../core/run/count-of.ts';
import { SandboxError } from '../../core/schema/errors.ts';
import type { Instance } from '../../core/schema/instance.ts';
import type { Verdict } from '../../core/schema/verdict.ts';

export interface Validation {
  instance_id: string;
  valid: boolean;
  reason: string;
  /** No sandbox could tell: it has to be asked again. */
  pending?: boolean;
}

export interface ValidationReport {
  total: number;
  valid: number;
  invalid: Unproved[];
  pending: Unproved[];
}

export interface Unproved {
  instance_id: string;
  reason: string;
}

/** Judges a patch in a fresh sandbox. */
export type JudgePatch = (instance: Instance, patch: string) => Promise<Verdict>;

/** A scorer may answer an empty patch unseen; an added empty file changes no behaviour and makes it run the tests. */
export const NO_CHANGE = `diff --git a/.stepwright-no-change b/.stepwright-no-change
new file mode 100644
index 0000000..e69de29
`;

export async function validateInstance(instance: Instance, judge: JudgePatch): Promise<Validation> {
  const { instance_id } = instance;
  const judgeOrThrow: JudgePatch = async (...asked) => {
    const verdict = await judge(...asked);
    if (verdict.outcome === 'infra_failure') throw new SandboxError(verdict.reason);
    return verdict;
  };
  try {
    const fault = lacks(instance) ?? (await goldFault(instance, judgeOrThrow));
    const reason = fault ?? (await unchangedFault(instance, judgeOrThrow)) ?? '';
    return { instance_id, valid: reason === '', reason };
  } catch (error) {
    if (!(error instanceof SandboxError)) throw error;
    return { instance_id, valid: false, reason: error.message, pending: true };
  }
}

/** What can be seen without a sandbox. */
function lacks({ patch, FAIL_TO_PASS, PASS_TO_PASS }: Instance): string | undefined {
  if (!/^diff --git /m.test(patch)) return 'the gold patch is no git patch';
  if (FAIL_TO_PASS.length === 0) return 'FAIL_TO_PASS is empty';
  const both = FAIL_TO_PASS.find((test) => PASS_TO_PASS.includes(test));
  return both === undefined ? undefined : `"${both}" is in FAIL_TO_PASS and in PASS_TO_PASS`;
}

async function goldFault(instance: Instance, judge: JudgePatch): Promise<string | undefined> {
  const gold = await judge(instance, instance.patch);
  if (gold.resolved) return undefined;
  const failing = [...failures(gold, 'FAIL_TO_PASS'), ...failures(gold, 'PASS_TO_PASS')];
  return `the gold patch does not resolve it: ${gold.reason || `${countOf(failing.length, 'test')} failing, first "${failing[0]}"`}`;
}

async function unchangedFault(instance: Instance, judge: JudgePatch): Promise<string | undefined> {
  const unchanged = await judge(instance, NO_CHANGE);
  if (unchanged.resolved) return 'it is resolved without any change';
  if (unchanged.outcome !== 'completed') return `without a change the tests cannot be judged: ${unchanged.reason}`;
  const passing = unchanged.tests_status?.FAIL_TO_PASS.success[0];
  if (passing !== undefined) return `"${passing}" of FAIL_TO_PASS passes without any change`;
  const failing = failures(unchanged, 'PASS_TO_PASS')[0];
  return failing === undefined ? undefined : `"${failing}" of PASS_TO_PASS fails without any change`;
}

const failures = (verdict: Verdict, list: 'FAIL_TO_PASS' | 'PASS_TO_PASS'): string[] =>
  verdict.tests_status?.[list].failure ?? [];

export function reportOf(validations: readonly Validation[]): ValidationReport {
  const unproved = (wanted: boolean): Unproved[] =>
    validations
      .filter(({ valid, pending = false }) => !valid && pending === wanted)
      .map(({ instance_id, reason }) => ({ instance_id, reason }));
  const valid = validations.filter((validation) => validation.valid).length;
  return { total: validations.length, valid, invalid: unproved(false), pending: unproved(true) };
}
