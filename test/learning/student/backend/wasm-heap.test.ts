import { expect, test } from 'vitest';
import { requireWasmRoom } from '../../../../src/learning/student/backend/wasm-heap.ts';

test('what fits into the 4 GiB of WebAssembly is a student of some 340 million parameters', () => {
  expect(() => requireWasmRoom(134_515_008)).not.toThrow();
  expect(() => requireWasmRoom(494_032_768)).toThrow(
    'The student does not fit: its 494 million parameters take 6.1 GB on wasm, which has 4.3 GB. Set up TensorFlow (npm run setup:tensorflow), or take one of at most 346 million.',
  );
});
