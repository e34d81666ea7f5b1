// The expert: a policy that knows which change repairs the bug and gets there as people do. It runs the failing tests, finds and
// reads the code, edits, looks at what it did, runs the tests again and submits. Seeded: another seed, another way of working.

import { sameChange } from '../../../core/patch/edits.ts';
import { pick, type Random } from '../../../core/run/random.ts';
import type { Policy } from '../scripted.ts';
import { bash, submit } from './edits.ts';
import { locate, readCode } from './look.ts';
import { repair, repairByPatch } from './repair.ts';
import type { ExpertTask } from './task.ts';
import { runFailingTests, runSuite } from './tests.ts';

export function* expert(task: ExpertTask, random: Random): Policy {
  yield* orient(random);
  yield* runFailingTests(task, random, 'before');
  for (const file of task.files) {
    yield* locate(task, file, random);
    yield* readCode(file, random);
  }
  for (const file of task.files) yield* repair(task, file, random);
  yield* check(task, random);
  yield* runFailingTests(task, random, 'after');
  if (random() < 0.4) yield* runSuite(task, random);
  yield {
    thought: pick(random, ['The tests pass and the change is small. I submit.', 'Done; I submit.']),
    call: submit,
  };
}

function* orient(random: Random): Policy {
  if (random() < 0.5) return;
  yield {
    thought: pick(random, [
      'First I look at how the project is laid out.',
      'I start with an overview of the repository.',
    ]),
    call: bash(pick(random, ['ls', 'git log --oneline | head -n 3; ls', 'git ls-files | head -n 40'])),
  };
}

/** Looks at the diff. Where an edit did not land as meant, takes everything back and makes the change in one piece. */
function* check(task: ExpertTask, random: Random): Policy {
  const seen = yield {
    thought: pick(random, ['I look at what I changed.', 'Before I run the tests again, I read my change.']),
    call: bash('git add -AN && git --no-pager diff'),
  };
  if (!sameChange(seen, task.patch)) yield* repairByPatch(task);
}
