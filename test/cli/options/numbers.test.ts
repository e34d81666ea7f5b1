import { describe, expect, test } from 'vitest';
import { fieldsOf } from '../../../src/cli/options/command.ts';
import { describeOptions } from '../../../src/core/options/option.ts';
import { ConfigError } from '../../../src/core/schema/errors.ts';
import { everyCommand, parse } from './support.ts';

const NO_NUMBERS = ['abc', '1,5', '1e999', '-1e999', '', ' ', 'NaN', 'Infinity', '0x10', '$1'];
/** Where every group is used when the threshold is below 0. */
const MAY_BE_NEGATIVE = ['std-threshold'];
const MUST_BE_POSITIVE = ['jobs', 'judge-jobs', 'attempts', 'limit'];

const numbers = (await everyCommand()).flatMap(({ path, definition }) =>
  describeOptions(fieldsOf(definition))
    .filter(({ kind }) => kind === 'number')
    .map(({ flag }) => ({ path, definition, flag })),
);

describe('a numeric option', () => {
  test('is recognized in the declarations', () => {
    expect(numbers.length).toBeGreaterThan(90);
    expect(numbers.map(({ path, flag }) => `${path} --${flag}`)).toEqual(
      expect.arrayContaining([
        'collect --cost-limit',
        'train --advantage-ddof',
        'envs prune --budget',
        'train --epochs',
      ]),
    );
  });

  test.each(numbers)(
    '$path --$flag refuses what is no number, before anything starts',
    async ({ definition, flag }) => {
      const wrong = [
        ...NO_NUMBERS,
        ...(MAY_BE_NEGATIVE.includes(flag) ? [] : ['-1']),
        ...(MUST_BE_POSITIVE.includes(flag) ? ['0', '2.5'] : []),
      ];
      for (const text of wrong)
        for (const argv of [[`--${flag}`, text], [`--${flag}=${text}`]]) {
          const parsed = parse(definition, argv);
          await expect(parsed, argv.join(' ')).rejects.toBeInstanceOf(ConfigError);
          await expect(parsed).rejects.toThrow(
            new RegExp(`^--${flag}: [^\n]+, got ${quoted(JSON.stringify(text))}\\.$`),
          );
        }
    },
  );
});

const quoted = (text: string): string => text.replace(/[$.+]/g, '\\$&');
