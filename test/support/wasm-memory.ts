// Counts what tfjs's wasm backend allocates: `tf.memory()` counts a tensor that shares another's memory, and not what kernels keep.
import * as tf from '@tensorflow/tfjs-core';

interface Allocator {
  _malloc(bytes: number): number;
  _free(address: number): void;
}

export interface WasmMemory {
  held: number;
  /** The most since it was last set. */
  peak: number;
}

/** To be called once, when the backend is up. */
export function watchWasmMemory(): WasmMemory {
  const { wasm } = tf.backend() as unknown as { wasm: Allocator };
  // The first call replaces emscripten's stubs by the functions themselves.
  wasm._free(wasm._malloc(8));
  const { _malloc, _free } = wasm;
  const sizes = new Map<number, number>();
  const memory = { held: 0, peak: 0 };
  wasm._malloc = (bytes) => {
    const address = _malloc(bytes);
    sizes.set(address >>> 0, bytes);
    memory.held += bytes;
    memory.peak = Math.max(memory.peak, memory.held);
    return address;
  };
  wasm._free = (address) => {
    memory.held -= sizes.get(address >>> 0) ?? 0;
    sizes.delete(address >>> 0);
    _free(address);
  };
  return memory;
}
