// A line for each check, and a second one with what to do.
import { styleText } from 'node:util';
import { printable } from '../../core/run/printable.ts';
import type { Check } from '../../world/sandbox/health/check.ts';

const MARKS = {
  ok: styleText('green', '✓'),
  later: '·',
  missing: styleText('yellow', '–'),
  broken: styleText('red', '✗'),
};

export const renderCheck = ({ name, status, detail, todo }: Check): string =>
  `${MARKS[status]} ${printable(`${name}: ${detail}`)}${todo ? `\n    → ${printable(todo)}` : ''}`;
