// A device's buffers as tfjs's webgpu backend (4.22) hands them out, kept within bounds: a buffer that is too large is an error there and
// then, and buffers whose turn is over are not kept for good.
import { ConfigError } from '../../../core/schema/errors.ts';

interface Buffer {
  size: number;
  destroy(): void;
}

/** What we use of tfjs's own. Free buffers are kept by size and wait for a tensor of just that size. */
export interface BufferManager {
  acquireBuffer(size: number, ...rest: unknown[]): Buffer;
  freeBuffers: Map<string, Buffer[]>;
  numFreeBuffers: number;
  numBytesUsed: number;
  numBytesAllocated: number;
}

export interface BufferLimits {
  maxBufferSize: number;
  maxStorageBufferBindingSize: number;
}

/**
 * Batches are as long as their texts, so that hardly any size comes twice: free buffers are let go when they would take more memory than
 * was ever in use at once.
 */
export function boundBuffers(manager: BufferManager, limits: BufferLimits): void {
  const largest = Math.min(limits.maxBufferSize, limits.maxStorageBufferBindingSize);
  const acquireBuffer = manager.acquireBuffer.bind(manager);
  let peak = 0;
  manager.acquireBuffer = (size, ...rest) => {
    if (size > largest)
      throw new ConfigError(
        `webgpu: a tensor of ${size} bytes is too large, the device's buffers hold ${largest}. Use shorter texts, a smaller student or another --backend.`,
      );
    peak = Math.max(peak, manager.numBytesUsed + size);
    if (manager.numBytesAllocated + size > 2 * peak) destroyFree(manager);
    return acquireBuffer(size, ...rest);
  };
}

/** What the queue still has to do with them is done first. */
function destroyFree(manager: BufferManager): void {
  for (const buffers of manager.freeBuffers.values())
    for (const buffer of buffers.splice(0)) {
      manager.numBytesAllocated -= buffer.size;
      buffer.destroy();
    }
  manager.numFreeBuffers = 0;
}
