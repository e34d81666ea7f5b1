import { expect, test } from 'vitest';
import { fieldsOf } from '../../../src/cli/options/command.ts';
import { createParser } from '../../../src/cli/options/parser.ts';
import { describeOptions } from '../../../src/core/options/option.ts';
import { everyCommand } from './support.ts';

const commands = await everyCommand();

test.each(commands)('the help of $path', ({ path, definition }) => {
  let text = '';
  const write = (part: string): void => {
    text += part;
  };
  createParser(definition)
    .name(`stepwright ${path}`)
    .configureOutput({ writeOut: write, getOutHelpWidth: () => 120 })
    .outputHelp();
  expect(text).toMatchSnapshot();
});

test.each(commands)('every option of $path has a help text and a name of its own', ({ definition }) => {
  const options = describeOptions(fieldsOf(definition));
  for (const { flag, help } of options) expect(help, flag).toMatch(/\S+ \S+/);
  const names = options.flatMap(({ flag, short, formerly = [] }) => [flag, ...(short ? [short] : []), ...formerly]);
  expect(new Set(names).size).toBe(names.length);
});

test('a letter stands for one option in all commands, a run is named by --run, and every seed has one default', () => {
  const short = new Map<string, string>();
  for (const { path, definition } of commands)
    for (const option of describeOptions(fieldsOf(definition))) {
      if (option.short !== undefined) {
        expect(short.get(option.short) ?? option.flag, `${path} -${option.short}`).toBe(option.flag);
        short.set(option.short, option.flag);
      }
      if (option.flag === 'seed') expect(option.default, path).toBe(1);
      if (option.flag === 'run') expect(option.value, path).toBe('dir');
    }
});
