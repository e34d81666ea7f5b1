// All mutation kinds, in the order in which they are listed and counted.
import type { Kind } from '../kind.ts';
import { missingCall, swappedArguments } from './calls.ts';
import { missingNegation, negatedCondition, swappedBranches } from './conditions.ts';
import { boundaryConstant, changedString, wrongDefault } from './literals.ts';
import { wrongVariable } from './names.ts';
import { arithmeticOperator, booleanOperator, comparison, swappedOperands } from './operators.ts';
import { offByOneSlice } from './slices.ts';
import { earlyReturn, loopExit, missingGuard, removedStatement } from './statements.ts';

export const kinds: readonly Kind[] = [
  comparison,
  booleanOperator,
  arithmeticOperator,
  swappedOperands,
  boundaryConstant,
  wrongDefault,
  changedString,
  offByOneSlice,
  missingNegation,
  negatedCondition,
  swappedBranches,
  swappedArguments,
  missingCall,
  wrongVariable,
  removedStatement,
  missingGuard,
  earlyReturn,
  loopExit,
];

export const kindNames: readonly string[] = kinds.map((kind) => kind.name);
