// Words, numbers and single signs as elements of difflib's ratio; white space is none.
import { elementRatio } from './elements.ts';

export const tokenRatio = (a: string, b: string): number => elementRatio(tokensOf(a), tokensOf(b));

export const tokensOf = (text: string): string[] => text.match(/[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]/gu) ?? [];
