import { expect, test } from 'vitest';
import { readDecoderConfig } from '../../../../src/learning/student/checkpoint/config.ts';
import { readParameters } from '../../../../src/learning/student/checkpoint/parameters.ts';
import { fixture } from '../support.ts';

test('a student that is larger than the memory is refused with what would fit, before any of it is read', async () => {
  const folder = fixture('qwen2-tiny-tied');
  const config = { ...(await readDecoderConfig(folder)), layers: 40_000, hiddenSize: 8192, intermediateSize: 32_768 };
  await expect(readParameters(folder, config)).rejects.toThrow(
    /^.*qwen2-tiny-tied: the student does not fit: its \d+ million parameters take \d+\.\d GB of memory, and \d+\.\d GB are free\. Take one of at most \d+ million, or a larger machine\.$/,
  );
});
