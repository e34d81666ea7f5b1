// A new student: random weights in a named size, and a tokenizer learnt from texts.
import { renderAction } from '../../../agents/loop/action.ts';
import { createRandom } from '../../../core/run/random.ts';
import { trainBpe } from '../checkpoint/bpe-trainer.ts';
import type { DecoderConfig } from '../checkpoint/config.ts';
import type { StudentFiles } from '../checkpoint/files.ts';
import { createTokenizer, END_OF_TEXT, TURN_END, TURN_START, tokenizerConfigFile } from '../checkpoint/tokenizer.ts';
import { parameterLayout } from './layout.ts';
import { initialParameters } from './parameters.ts';
import { type SizeName, sizes } from './sizes.ts';

/** What frames every action becomes one token each, so that a turn of a small student is short. */
const [ACTION_START, ACTION_END] = renderAction({ name: 'bash', arguments: { command: '\n' } }).split('\n</parameter>');
const FRAME = ['<think>', `</think>\n${ACTION_START!.trimEnd()}`, ACTION_START!.trimEnd(), `</parameter>${ACTION_END}`];

export function initStudent(
  texts: Iterable<string>,
  options: { size: SizeName; vocabularySize: number; contextLength: number; seed: number },
): StudentFiles {
  const file = trainBpe(texts, {
    vocabularySize: options.vocabularySize,
    special: [END_OF_TEXT, TURN_START, TURN_END],
    added: FRAME,
  });
  const tokenizer = createTokenizer(
    {
      'tokenizer.json': JSON.stringify(file),
      'tokenizer_config.json': `${JSON.stringify(tokenizerConfigFile(), null, 2)}\n`,
    },
    'new tokenizer',
  );
  const config: DecoderConfig = {
    family: 'qwen2',
    ...sizes[options.size],
    // Rows in eights: what devices multiply best.
    vocabSize: Math.ceil(tokenizer.size / 8) * 8,
    normEps: 1e-6,
    ropeTheta: 10_000,
    tied: true,
    contextLength: options.contextLength,
  };
  const random = createRandom(`init/${options.seed}`);
  return { config, tokenizer, parameters: initialParameters(config, parameterLayout(config), random) };
}
