// What a model of each agent is shown of an output.
import { describe, expect, test } from 'vitest';
import { miniStyle, ownStyle, sweAgentStyle } from '../../../src/agents/loop/styles.ts';
import type { ToolResult } from '../../../src/world/sandbox/tools/tool.ts';

const result = (output: string, more: Partial<ToolResult> = {}): ToolResult => ({
  ...{ output, exitCode: 0, timedOut: false, truncated: false, durationMs: 1 },
  ...more,
});
const NOTHING = 'Your command ran successfully and did not produce any output.';

describe('our own agent', () => {
  const { show } = ownStyle({ observationChars: 40 });
  test.each([
    [result('a\n'), 'OBSERVATION:\na\n'],
    [result(''), NOTHING],
    [result('', { exitCode: 3 }), 'Your command ended with exit code 3 and did not produce any output.'],
    [result('', { submitted: true }), ''],
  ])('shows %j', (answer, observation) => {
    expect(show(answer)).toEqual({ observation, clipped: false });
  });

  test('keeps the whole output beside a clipped one', () => {
    const output = 'line\n'.repeat(20);
    const { observation, ...rest } = show(result(output));
    expect(observation).toContain('<response clipped: ');
    expect(rest).toEqual({ raw_output: output, clipped: true });
  });
});

describe('SWE-agent', () => {
  test.each([
    [' a\nb \n', 'OBSERVATION:\na\r\nb'],
    ['\x1b[31mred\x1b[0m\n', 'OBSERVATION:\nred'],
    [' \n', NOTHING],
  ])('shows %j through a terminal', (output, observation) => {
    expect(sweAgentStyle({ terminal: true }).show(result(output)).observation).toBe(observation);
  });

  test('shows an output through a pipe as it is', () => {
    expect(sweAgentStyle().show(result(' a\nb \n')).observation).toBe('OBSERVATION:\n a\nb \n');
  });

  test('cuts after some characters, and says how many are missing', () => {
    expect(sweAgentStyle({ observationChars: 3 }).show(result('a😀bcd'))).toEqual({
      observation:
        'Observation: a😀b<response clipped><NOTE>Observations should not exceeded 3 characters. 2 characters were elided. Please try a different command that produces less output or use head/tail/grep/redirect the output to a file. Do not use interactive pagers.</NOTE>',
      raw_output: 'a😀bcd',
      clipped: true,
    });
  });

  test('passes on a submission as the file it is', () => {
    const shown = sweAgentStyle({ terminal: true }).show(result('diff\n+a\n', { submitted: true }));
    expect(shown).toEqual({ observation: 'diff\n+a\n', clipped: false });
  });
});

describe('mini-swe-agent', () => {
  test.each([
    [result('a\n'), '<returncode>0</returncode>\n<output>\na\n</output>'],
    [result('', { exitCode: 1 }), '<returncode>1</returncode>\n<output>\n</output>'],
    [result('a', { exitCode: 124, timedOut: true }), '<returncode>-1</returncode>\n<output>\na</output>'],
  ])('shows %j', (answer, observation) => {
    expect(miniStyle.show(answer)).toMatchObject({ observation, clipped: false });
  });

  test('shows head and tail of what is too long', () => {
    const { observation, clipped } = miniStyle.show(result(`${'a'.repeat(6000)}${'b'.repeat(6000)}`));
    expect(clipped).toBe(true);
    expect(observation).toContain(
      `</warning><output_head>\n${'a'.repeat(5000)}\n</output_head>\n<elided_chars>\n2000 characters elided\n</elided_chars>\n<output_tail>\n${'b'.repeat(5000)}\n</output_tail>`,
    );
  });

  test('takes what follows its sentinel as the submission', () => {
    const output = 'COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT\ndiff\n';
    expect(miniStyle.show(result(output))).toMatchObject({ observation: 'diff\n', submitted: true });
    expect(miniStyle.show(result(output, { exitCode: 1 })).submitted).toBeUndefined();
  });
});
