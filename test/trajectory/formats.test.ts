// Trajectories to other tools' rows and back.
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { trajectorySchema } from '../../src/schema/trajectory.ts';
import { readAnyTrajectories, writers } from '../../src/trajectory/formats/formats.ts';
import { openaiSchema, toOpenai } from '../../src/trajectory/formats/openai.ts';
import { fromSweSmith, toSweSmith } from '../../src/trajectory/formats/swe-smith.ts';
import { temporaryFolder } from '../support/temp.ts';
import { aTrajectory, bashStep } from '../support/trajectory.ts';

const edit = {
  name: 'str_replace_editor',
  arguments: { command: 'str_replace', path: '/testbed/a.py', old_str: '    a\n', new_str: '    b\n' },
};
const submit = { name: 'submit', arguments: {} };
const trajectory = aTrajectory({
  resolved: true,
  patch: 'diff',
  steps: [
    bashStep('ls', 'OBSERVATION:\na.py\n'),
    bashStep('', 'Nothing was run: no action', {
      action: 'hm',
      thought: 'hm',
      tool_call: undefined as never,
      malformed: true,
    }),
    bashStep('', 'OBSERVATION:\nedited', { thought: 'fix', tool_call: edit }),
    bashStep('', '', { thought: 'done', action: '<function=submit>\n</function>', tool_call: submit }),
  ],
});

test('SWE-smith rows hold thought and action as text, texts on lines of their own', () => {
  const row = toSweSmith(trajectory);
  expect(row).toMatchObject({
    instance_id: 'toy__1',
    traj_id: 'toy__1/test/0',
    model: 'test',
    patch: 'diff',
    resolved: true,
  });
  expect(row.messages[2]).toEqual({
    role: 'assistant',
    content: 'why\n\n<function=bash>\n<parameter=command>ls</parameter>\n</function>',
  });
  expect(row.messages[6]!.content).toContain(
    '<parameter=old_str>\n    a\n\n</parameter>\n<parameter=new_str>\n    b\n\n</parameter>',
  );
});

test('SWE-smith rows read back give the same actions, thoughts and observations', () => {
  const back = fromSweSmith(toSweSmith(trajectory));
  expect(trajectorySchema.parse(back)).toEqual(back);
  const essence = ({ thought, tool_call, observation }: (typeof back.steps)[number]) => [
    thought,
    tool_call,
    observation,
  ];
  expect(back.steps.filter(({ malformed }) => !malformed).map(essence)).toEqual(
    trajectory.steps.filter(({ malformed }) => !malformed).map(essence),
  );
  expect(back).toMatchObject({ ending: 'submitted', resolved: true, provenance: { source_format: 'swe-smith' } });
});

test("OpenAI's rows have calls with ids, results that answer them, and the tools", () => {
  const tools = [{ name: 'bash', description: 'runs', parameters: { type: 'object' } }];
  const row = toOpenai({ ...trajectory, tools });
  expect(openaiSchema.parse(row)).toEqual(row);
  expect(row.messages.map(({ role }) => role)).toEqual([
    'system',
    'user',
    'assistant',
    'tool',
    'assistant',
    'user',
    'assistant',
    'tool',
    'assistant',
    'tool',
  ]);
  const [call] = row.messages[2]!.tool_calls!;
  expect(JSON.parse(call!.function.arguments)).toEqual({ command: 'ls' });
  expect(row.messages[3]).toEqual({ role: 'tool', content: 'OBSERVATION:\na.py\n', tool_call_id: call!.id });
  expect(row.tools).toEqual([{ type: 'function', function: tools[0] }]);
});

test('files may mix formats; what cannot be read is counted by reason', async () => {
  const path = join(temporaryFolder(), 'mixed.jsonl');
  const rows = [trajectory, toSweSmith(trajectory), { instance_id: 'x' }, { ...trajectory, ending: 'tired' }];
  await writeFile(path, `${rows.map((row) => JSON.stringify(row)).join('\n')}\n{"torn\n`);
  const { trajectories, dropped } = await readAnyTrajectories(path);
  expect(trajectories).toHaveLength(2);
  expect(trajectories[0]).toEqual(JSON.parse(JSON.stringify(trajectory)));
  expect(Object.values(dropped)).toEqual([1, 1, 1]);
  expect(Object.keys(dropped).join()).toMatch(/not JSON.*`messages`.*`ending`/);
});

const example = resolve('../shared/data/swe-smith/ft_xml_example.jsonl');
test.skipIf(!existsSync(example))(
  `SWE-smith's own example is read whole (skipped where ${example} is absent)`,
  async () => {
    const { trajectories, dropped } = await readAnyTrajectories(example);
    expect(dropped).toEqual({});
    expect(trajectories).toHaveLength(3);
    for (const { steps, messages } of trajectories) {
      expect(steps.length).toBeGreaterThan(20);
      expect(steps.filter(({ malformed }) => malformed).length).toBeLessThanOrEqual(1);
      expect(messages.filter(({ role }) => role === 'assistant')).toHaveLength(steps.length);
    }
  },
);

test('every format that can be written has a name', () => {
  expect(Object.keys(writers)).toEqual(['stepwright', 'swe-smith', 'openai']);
});
