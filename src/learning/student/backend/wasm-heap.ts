// What fits into the memory of WebAssembly.
import { ConfigError } from '../../../core/schema/errors.ts';

/** WebAssembly addresses 4 GiB; tfjs leaves a page of it. */
export const WASM_HEAP = 2 ** 32 - 2 ** 16;

/** A float32 as it is, transposed (wasm-kernels.ts) and packed (XNNPACK), and a tenth for what is made on the way. */
const BYTES_PER_PARAMETER = 4 * 3.1;

/** Throws, in one line with what would fit, where a student of so many parameters does not. */
export function requireWasmRoom(parameters: number): void {
  const bytes = parameters * BYTES_PER_PARAMETER;
  if (bytes <= WASM_HEAP) return;
  const gigabytes = (count: number): string => (count / 1e9).toFixed(1);
  const most = Math.floor(WASM_HEAP / BYTES_PER_PARAMETER / 1e6);
  throw new ConfigError(
    `The student does not fit: its ${Math.round(parameters / 1e6)} million parameters take ${gigabytes(bytes)} GB on wasm, which has ${gigabytes(WASM_HEAP)} GB. Set up TensorFlow (npm run setup:tensorflow), or take one of at most ${most} million.`,
  );
}
