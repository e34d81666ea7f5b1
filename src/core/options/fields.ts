// The kinds of values that options take, as schemas. Each reads the text of a command line and the values of YAML and JSON alike, and
// refuses with a message that says what it expects.
import { z } from 'zod';

/** The same for every command. */
export const DEFAULT_SEED = 1;

export interface Range {
  min?: number;
  max?: number;
  /** Instead of `min`, where the bound itself is refused. */
  above?: number;
  /** Instead of `max`, in the same way. */
  below?: number;
  /** What is wrong with any other value, where that says more than the range does. */
  error?: string;
}

/** Whole numbers from 0 by default. */
export const whole = (range: Range = {}) => numberIn((error) => z.int({ error }), 'whole number', { min: 0, ...range });

/** Numbers from 0 by default. */
export const real = (range: Range = {}) =>
  numberIn((error) => z.number({ error }), 'number', range.above === undefined ? { min: 0, ...range } : range);

/** Numbers from 0 to 1. */
export const share = () => real({ max: 1 });

/** One of a few numbers. */
export const oneOf = <N extends number>(...values: [N, ...N[]]) =>
  z.preprocess(readNumber, z.literal(values, { error: `expected ${values.join(' or ')}` }));

/** A size in bytes: `50GB`, `1.5MB`, or a number of bytes. */
export const size = () =>
  z.preprocess(readSize, z.number({ error: 'expected a size, as 50GB' }).gte(0, { error: 'expected a size, as 50GB' }));

/** One value or several. */
export const list = <Item extends z.ZodType>(item: Item) =>
  z.preprocess((given) => (typeof given === 'string' ? [given] : given), z.array(item));

/** Off by default. */
export const onOff = z.preprocess(readSwitch, z.boolean({ error: 'expected true or false' })).default(false);

function numberIn(create: (error: string) => z.ZodNumber, name: string, { min, max, above, below, error }: Range) {
  const upper = max !== undefined ? ` to ${max}` : below !== undefined ? ` to below ${below}` : '';
  const lower = above !== undefined ? `above ${above}` : upper === '' ? `of at least ${min}` : `from ${min}`;
  const problem = error ?? `expected a ${name} ${lower}${upper}`;
  const bounds = [
    ...(min === undefined ? [] : [z.gte(min, problem)]),
    ...(above === undefined ? [] : [z.gt(above, problem)]),
    ...(max === undefined ? [] : [z.lte(max, problem)]),
    ...(below === undefined ? [] : [z.lt(below, problem)]),
  ];
  return z.preprocess(readNumber, create(problem).check(...bounds));
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** Text that is no decimal number stays text, for the schema to refuse: `Number` takes '' for 0 and reads hexadecimal. */
function readNumber(given: unknown): unknown {
  return typeof given === 'string' && NUMBER.test(given) ? Number(given) : given;
}

const UNITS = { B: 1, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 };

function readSize(given: unknown): unknown {
  if (typeof given !== 'string') return given;
  const [, amount = '', unit = 'B'] = /^(\d+(?:\.\d+)?) ?([KMGT]?B)?$/i.exec(given) ?? [];
  return amount === '' ? given : Number(amount) * UNITS[unit.toUpperCase() as keyof typeof UNITS];
}

function readSwitch(given: unknown): unknown {
  return given === 'true' ? true : given === 'false' ? false : given;
}
