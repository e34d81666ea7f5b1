import { expect, test } from 'vitest';
import { commandHash, programOf } from '../../../src/agents/teacher/command-name.ts';
import { createStdioModel } from '../../../src/agents/teacher/stdio.ts';

test.each([
  ['node teacher.mjs --key sk-1', 'node'],
  ['API_KEY=sk-1 OTHER=2 /opt/bin/teacher run', 'teacher'],
  ['env API_KEY=sk-1 python3 -m teacher', 'python3'],
  ['', ''],
])('of the command %j, the program is %j', (command, program) => {
  expect(programOf(command)).toBe(program);
});

test('a key in the command is in no record of the teacher, and two commands are still two', async () => {
  const command = 'API_KEY=sk-secret false';
  const model = createStdioModel({ command });
  expect(JSON.stringify(model.settings)).not.toContain('sk-secret');
  const failed = await model.query([]).catch((error: Error) => error.message);
  expect(failed).toMatch(/^`false` ended \(exit 1\)/);
  await model.close?.();
  expect(commandHash(command)).not.toBe(commandHash('API_KEY=other false'));
});
