// Why a step makes no instance. Each reason can be switched, except that a split has to be known.
import type { StepKind } from '../../core/schema/step-instance.ts';
import type { Step, Trajectory } from '../../core/schema/trajectory.ts';

export const dropReasons = {
  unknown_instance: 'the instance, and with it the split, is not known',
  duplicate: 'a trajectory of the same id gave steps before; reported and rejected as a bad row',
  unresolved: 'the attempt did not resolve the instance; one of our own must have been judged',
  malformed: 'the reply held no action',
  timed_out: 'the command ran into its time limit',
  failed_edit: 'the edit was refused or failed',
  repeated: 'same action, same observation, and no edit in between',
  last: 'the last of its trajectory, as the paper makes N − 1 instances of N steps',
  too_long: 'the prompt does not fit, however short its observations are clipped',
} as const;
export type DropReason = keyof typeof dropReasons;
export type SwitchableReason = Exclude<DropReason, 'unknown_instance'>;

/** In the order in which they are counted: a step that several hold for is dropped for the first. */
export const allDropReasons = Object.keys(dropReasons) as DropReason[];
export const switchableReasons = allDropReasons.filter((why): why is SwitchableReason => why !== 'unknown_instance');

/** A student that never saw the last step, the submit, never submits. */
export const KEPT_BY_DEFAULT: readonly SwitchableReason[] = ['last'];
export const DROPPED_BY_DEFAULT = switchableReasons.filter((why) => !KEPT_BY_DEFAULT.includes(why));

/** Rows of other tools are what their makers chose to train on: one without a verdict is taken. */
export const isUnresolved = ({ resolved, provenance }: Trajectory): boolean =>
  resolved === false || (resolved === undefined && provenance.source_format === 'stepwright');

export const isEdit = (kind: StepKind): boolean => kind === 'edit' || kind === 'create';

/** By the exit code; where the source has none, by what SWE-agent's and OpenHands' tools, sed and patch say. */
export const hasFailed = ({ exit_code, observation = '' }: Step): boolean =>
  typeof exit_code === 'number' ? exit_code !== 0 : FAILURE.test(observation.slice(0, 2000));

const FAILURE =
  /^(?:OBSERVATION:\n|EXECUTION RESULT of \[.*\]:\n)?\s*(?:ERROR|Error\b|No replacement was performed|No edit history|File already exists|Invalid `|Parameter `|The path .* (?:does not exist|is a directory)|Your proposed edit has introduced|usage: |(?:ba)?sh: |sed: |patch: |error: )/;

/** Tells whether a step did and saw just what one before it did, with no edit in between. To be asked about every step, in order. */
export function createRepetitionCheck(): (action: string, observation: string, kind: StepKind) => boolean {
  let seen = new Map<string, string[]>();
  return (action, observation, kind) => {
    const observations = seen.get(action) ?? [];
    if (isEdit(kind)) seen = new Map();
    else seen.set(action, [...observations, observation]);
    return observations.includes(observation);
  };
}
