// What is told from a recording of how it was made.
import { expect, test } from 'vitest';
import { replaySetup } from '../../../src/data/replay/replay-setup.ts';
import { aTrajectory, bashStep } from '../../support/trajectory.ts';

const submitStep = bashStep('', '', { tool_call: { name: 'submit', arguments: {} } });
const recordedBy = (format: string, observation: string, more: object = {}) =>
  aTrajectory({
    agent: { name: format },
    provenance: { source_format: format },
    steps: [bashStep('ls', observation), submitStep],
    ...more,
  });

test.each([
  ['our own agent', aTrajectory(), 'stepwright', undefined],
  ['our own agent in a session', aTrajectory({ agent: { name: 'stepwright/session' } }), 'stepwright', {}],
  ['SWE-smith', recordedBy('swe-smith', 'OBSERVATION:\na'), 'swe-agent', 'terminal'],
  ['SWE-agent since SWE-ReX', recordedBy('swe-agent', 'a\r\nb'), 'swe-agent', 'terminal'],
  ['SWE-agent 0.7', recordedBy('swe-agent', 'a\nb\n'), 'swe-agent', 'pipe'],
  ['mini-swe-agent', recordedBy('mini-swe-agent', 'a'), 'mini-swe-agent', undefined],
])('%s has its style and its shell', (_, trajectory, style, session) => {
  const setup = replaySetup(trajectory);
  expect(setup.style.name).toBe(style);
  const kind = setup.session?.env ? (setup.session.startup ? 'terminal' : 'pipe') : setup.session;
  expect(kind).toEqual(session);
});

test('the tools of 0.7 are its own, and its repository lay at its name', () => {
  const at = (cwd: string, text: string) => recordedBy('swe-agent', '', { steps: [bashStep('ls', text, { cwd })] });
  const [old, recent] = [at('/owner__repo/src', 'a\n'), at('/owner__repo/src', 'a\r\nb')].map(replaySetup);
  expect([old?.style.dialect, old?.root]).toEqual(['swe-agent-0.7', '/owner__repo']);
  expect([recent?.style.dialect, recent?.root]).toEqual(['swe-agent', undefined]);
  expect(replaySetup(at('/testbed', 'a\n')).root).toBeUndefined();
});

test('limits are those that answers tell', () => {
  const late = bashStep(
    'x',
    "The command 'x' was cancelled because it took more than 30 seconds. Please try a different",
  );
  const clipped = bashStep('y', 'Observation: …<NOTE>Observations should not exceeded 5 characters. 9 characters');
  const { timeoutMs, style } = replaySetup(recordedBy('swe-smith', '', { steps: [late, clipped] }));
  expect([timeoutMs(late), timeoutMs(clipped)]).toEqual([30_000, 300_000]);
  const answer = { output: '123456', exitCode: 0, timedOut: false, truncated: false, durationMs: 1 };
  expect(style.show(answer).observation).toMatch(/^Observation: 12345<response clipped>/);
});

test('every submit but the last asked for a review', () => {
  expect(replaySetup(recordedBy('swe-agent', 'a')).reviews).toBe(0);
  expect(replaySetup(recordedBy('swe-agent', 'a', { steps: [submitStep, submitStep] })).reviews).toBe(1);
});

test('what SWE-agent refused to run took no time, and is not run', () => {
  const refused = bashStep('vim a.py', '', { duration_ms: 0 });
  expect(replaySetup(recordedBy('swe-agent', 'a')).ran(refused)).toBe(false);
  expect(replaySetup(aTrajectory()).ran(refused)).toBe(true);
});
