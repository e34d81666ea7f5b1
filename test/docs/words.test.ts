import { expect, test } from 'vitest';
import { markdownFiles, readProjectFile, withoutCode } from './markdown.ts';

/** Words of the project's past that a reader of the field would stop at, and British spellings; what to say is in the comment. */
const UNCLEAR = new RegExp(
  `\\b(?:${[
    'owed', // pending, to retry
    'laid aside|written aside|puts? aside|lays? aside', // rejected
    'told', // reported, logged; "by default" for "unless told"
    'mends?|mended|mending', // fix
    'seats?', // worker
    'rungs?|ladders?', // generalization level
    'mute', // without a tokenizer
    'keepers?', // supervisor shell
    'survivors?', // leftover processes
    'workbench', // suite runner
    'symptoms?', // failure report
    'likeness(?:es)?', // match
    'fresh luck', // new random stream
    'letter by letter|to the last character', // exactly
    'of that draw|ended so',
    '\\w*normalis\\w*|\\w*optimis\\w*|\\w*recognis\\w*|\\w*serialis\\w*|\\w*tokenis\\w*|\\w*summaris\\w*|\\w*generalis\\w*|\\w*parallelis\\w*',
    'colours?|coloured|behaviours?|learnt|unlearnt|licence|judgement|favour\\w*|honour\\w*|neighbour\\w*',
  ].join('|')})\\b`,
  'giu',
);

test.each(markdownFiles)('%s says it in the words of the field, in American spelling', (file) => {
  const found = withoutCode(readProjectFile(file))
    .split('\n')
    .flatMap((line, index) => [...line.matchAll(UNCLEAR)].map(([word]) => `${index + 1}: ${word}`));
  expect(found).toEqual([]);
});
