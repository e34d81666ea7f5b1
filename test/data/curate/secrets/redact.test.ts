// Redacted copies of trajectories.
import { expect, test } from 'vitest';
import { redactTrajectory } from '../../../../src/data/curate/secrets/redact.ts';
import { githubToken } from '../../../support/fake-secrets.ts';
import { aTrajectory, bashStep } from '../../../support/trajectory.ts';

const [one, other] = [githubToken(1), githubToken(2)];
const mail = 'ada@analytical-engine.org';
const trajectory = aTrajectory({
  steps: [
    bashStep(`git clone https://${one}@github.com/a/b`, `OBSERVATION:\nauthor ${mail}`),
    bashStep(`echo ${other} ${one}`, `${other} ${one} ${mail}`),
  ],
  patch: `+TOKEN = "${one}"\n`,
});

test('every value has one placeholder wherever it stands, and nothing of it is left', () => {
  const copy = redactTrajectory(trajectory);
  expect(copy.redacted).toBe(3);
  const text = JSON.stringify(copy.trajectory);
  for (const value of [one, other, mail]) expect(text).not.toContain(value);
  const [first, second] = copy.trajectory.steps.map(({ tool_call }) => tool_call?.arguments.command);
  const name = /https:\/\/(REDACTED_GITHUB_TOKEN_\d)@/.exec(String(first))?.[1];
  expect(copy.trajectory.patch).toBe(`+TOKEN = "${name}"\n`);
  expect(second).toMatch(new RegExp(`^echo REDACTED_GITHUB_TOKEN_\\d ${name}$`));
  expect(copy.trajectory.steps[0]!.observation).toBe('OBSERVATION:\nauthor redacted-1@example.com');
});

test('a copy is the same on every run, and a copy of a copy changes nothing', () => {
  const copy = redactTrajectory(trajectory).trajectory;
  expect(redactTrajectory(trajectory).trajectory).toEqual(copy);
  expect(redactTrajectory(copy)).toEqual({ trajectory: copy, redacted: 0 });
});

test('a trajectory without secrets stays what it was', () => {
  expect(redactTrajectory(aTrajectory())).toEqual({ trajectory: aTrajectory(), redacted: 0 });
});
