// A file may hold a tied model's one table twice: as its embedding and, quantized otherwise, as its head.
import type { GgufFile } from './file.ts';
import { EMBEDDING, HEAD } from './names.ts';

/** Quantization moves a row by a tenth of its length at most; another head is as far from the embedding as they are long. */
const SAME = 0.2;
const NUMBERS_AT_ONCE = 1 << 22;

/** Whether the head, where the file has one, is the embedding but for how the two were quantized. */
export async function compareHead(file: GgufFile): Promise<{ isEmbedding: boolean; largest: number } | undefined> {
  const [head, embedding] = [file.tensors.get(HEAD), file.tensors.get(EMBEDDING)];
  if (head === undefined || embedding === undefined) return undefined;
  if (head.shape.join() !== embedding.shape.join()) return { isEmbedding: false, largest: Number.NaN };
  const [rows, width] = head.shape as [number, number];
  const step = Math.max(1, Math.floor(NUMBERS_AT_ONCE / width));
  let [difference, length, largest] = [0, 0, 0];
  for (let row = 0; row < rows; row += step) {
    const count = Math.min(step, rows - row) * width;
    const [one, other] = [new Float32Array(count), new Float32Array(count)];
    await file.read(HEAD, one, row * width);
    await file.read(EMBEDDING, other, row * width);
    for (let i = 0; i < count; i++) {
      const apart = Math.abs(one[i]! - other[i]!);
      difference += apart * apart;
      length += other[i]! * other[i]!;
      largest = Math.max(largest, apart);
    }
    if (difference > SAME * SAME * length) break;
  }
  return { isEmbedding: difference <= SAME * SAME * length, largest };
}
