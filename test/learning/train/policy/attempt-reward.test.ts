import { expect, test } from 'vitest';
import type { StepInstance } from '../../../../src/core/schema/step-instance.ts';
import { sequenceRatio } from '../../../../src/data/reward/difflib/ratio.ts';
import { extractSteps } from '../../../../src/data/step/extract.ts';
import { oneStepReward, outcomeReward } from '../../../../src/learning/train/policy/attempt-reward.ts';
import { aTrajectory, bashStep } from '../../../support/trajectory.ts';

const expert = aTrajectory({ steps: [bashStep('ls', 'a.py'), bashStep('sed -i s/1/2/ a.py', '')], resolved: true });
const steps: StepInstance[] = [];
for await (const step of extractSteps([expert], { splits: { known: new Map(), unknown: 'train' } }).instances)
  steps.push(step);

test('an outcome is 1 or 0, and unknown where nothing was judged', () => {
  expect(outcomeReward(aTrajectory({ resolved: true }))).toBe(1);
  expect(outcomeReward(aTrajectory({ resolved: false }))).toBe(0);
  expect(outcomeReward(aTrajectory())).toBeUndefined();
});

test('one-step similarity compares all actions of the attempt with all of the expert, whatever was observed', () => {
  const rewardOf = oneStepReward(steps);
  const [list, edit] = expert.steps;
  expect(rewardOf(aTrajectory({ steps: [list!, { ...edit!, observation: 'other', thought: 'other' }] }))).toBe(1);
  expect(rewardOf(aTrajectory({ steps: [edit!] }))).toBe(
    sequenceRatio(edit!.action, `${list!.action}\n${edit!.action}`),
  );
});

test('a malformed reply is compared as it stands, and an attempt whose model failed has no reward', () => {
  const rewardOf = oneStepReward(steps);
  const { tool_call: _, ...malformed } = { ...bashStep('', ''), action: 'well,', malformed: true };
  expect(rewardOf(aTrajectory({ steps: [malformed] }))).toBe(
    sequenceRatio('well,', expert.steps.map(({ action }) => action).join('\n')),
  );
  expect(rewardOf(aTrajectory({ ending: 'model_error' }))).toBeUndefined();
});

test('an instance that the expert never did is named', () => {
  expect(() => oneStepReward(steps)(aTrajectory({ instance_id: 'other__2' }))).toThrow(
    '--attempt-reward similarity: --steps hold no step of other__2.',
  );
});
