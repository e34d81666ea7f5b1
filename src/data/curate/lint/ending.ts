// Whether the ending is what happened. SWE-smith turns an attempt that ran into its cost limit into one that submits
// (swesmith/train/traj_mgr/utils.py): with that sentence, word for word, and with nothing after it.
import { isSubmit } from '../../../core/schema/submit.ts';
import type { Trajectory } from '../../../core/schema/trajectory.ts';
import type { Fault } from './rule.ts';

const REWRITTEN = "Since we have successfully fixed the issue and verified it works, let's submit the changes:";

export function* checkRewritten({ steps }: Trajectory): Generator<Fault> {
  const last = steps.at(-1);
  if (last !== undefined && isSubmit(last) && last.thought.trim() === REWRITTEN)
    yield {
      step: steps.length - 1,
      message: "the submission is SWE-smith's rewriting of an exit by the cost limit: the model did not submit",
    };
}

/** SWE-agent submits whatever is there when an attempt fails: `submitted (exit_cost)`, `Exit due to context window`. */
export function* checkForced({ steps, ending, exit_status = '' }: Trajectory): Generator<Fault> {
  const why = /^submitted \((\w+)\)$/.exec(exit_status)?.[1];
  if (why !== undefined && ending === 'submitted')
    yield { message: `the harness submitted for the model, which ended by \`${why}\`` };
  for (const [k, { thought, action }] of steps.entries())
    if (/^Exit due to [\w ]{4,60}/.test(action) || /^Exit due to [\w ]{4,60}/.test(thought))
      yield { step: k, message: 'the reply is a text of the harness, not of the model' };
}

/** A submission that no step makes. */
export function* checkSubmission({ steps, ending }: Trajectory): Generator<Fault> {
  const last = steps.at(-1);
  if (ending === 'submitted' && (last === undefined || !isSubmit(last)))
    yield { message: 'the ending is `submitted`, but the last action does not submit' };
}

/** A trajectory that stops in the middle: no ending is told, and nothing submits. */
export function* checkUnfinished({ messages, steps, ending }: Trajectory): Generator<Fault> {
  const last = steps.at(-1);
  if (last === undefined) yield { message: 'there is no step' };
  else if (ending === undefined && !isSubmit(last)) {
    const isAnswerMissing = messages.at(-1)?.role !== 'assistant';
    yield {
      message: isAnswerMissing ? 'it stops before the model answered' : 'it stops after an action that nothing answers',
    };
  }
}
