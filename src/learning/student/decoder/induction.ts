// A head start in copying. Small models need a million tokens or more before an induction head ("what came after this last time?") forms,
// and repairing code is mostly copying. So a new student has one wired into its first two layers, in ordinary weights that train on from
// there; the idea of mimetic initialisation (arXiv 2305.09828) with the circuit of "In-context Learning and Induction Heads".
//   layer 0, heads 0 and 1: look one and two tokens back (a rotation in the q bias), and write P·embedding of what is there along W and W′
//   layer 1, the first head of each kv head: finds where the token before is this one and the token before that the one before this,
//   and copies what stands there
import type { Random } from '../../../core/run/random.ts';
import type { DecoderConfig } from '../checkpoint/config.ts';
import type { Layout } from './layout.ts';

/** Height of the previous-token head's attention over its neighbours; and how strongly the matching head prefers a match. */
const [POSITION, MATCH] = [6, 3];

/** Changes `flat` in place. Embeddings are taken to have rows of length about 1. */
export function wireInduction(flat: Float32Array, config: DecoderConfig, layout: Layout, normal: Random): void {
  const { hiddenSize: width, headSize: d, heads, kvHeads } = config;
  if (config.layers < 2 || heads === kvHeads || 2 * d > width) return;
  const put = (layer: number, name: string) => {
    const { offset, shape } = layout.parameters.find((one) => one.name === `model.layers.${layer}.self_attn.${name}`)!;
    return (row: number, column: number, value: number): void => {
      flat[offset + row * (shape[1] ?? 1) + column] = value;
    };
  };
  const [read, copied] = [d, kvHeads * d].map((count) => orthonormalRows(count, width, normal)) as [
    number[][],
    number[][],
  ];
  const written = orthonormalRows(2 * d, width, normal);

  // The fastest frequencies tell neighbours apart; the others hardly turn and are left for content.
  const half = d / 2;
  const positional = Math.floor((half * 3) / 8);
  const [queryBias, keyBias] = [put(0, 'q_proj.bias'), put(0, 'k_proj.bias')];
  const [value, output] = [put(0, 'v_proj.weight'), put(0, 'o_proj.weight')];
  for (const back of [1, 2]) {
    const head = back - 1;
    for (let i = 0; i < positional; i++) {
      const angle = back * config.ropeTheta ** ((-2 * i) / d);
      keyBias(i, 0, POSITION);
      queryBias(head * d + i, 0, POSITION * Math.cos(angle));
      queryBias(head * d + i + half, 0, -POSITION * Math.sin(angle));
    }
    each(d, width, (j, i) => {
      value(j, i, read[j]![i]!);
      output(i, head * d + j, written[head * d + j]![i]! / Math.sqrt(d));
    });
  }

  const slots = Array.from({ length: d }, (_, i) => i).filter((i) => i % half >= positional);
  const [query, key, copy, emit] = ['q_proj.weight', 'k_proj.weight', 'v_proj.weight', 'o_proj.weight'].map((name) =>
    put(1, name),
  );
  for (let kv = 0; kv < kvHeads; kv++) {
    const head = (kv * heads) / kvHeads;
    slots.forEach((slot, n) => {
      // Even slots match the token, odd ones the token before; every kv head by dimensions of its own.
      const j = (Math.floor(n / 2) + (kv * slots.length) / 2) % d;
      const [asked, found] = n % 2 === 0 ? [read[j]!, written[j]!] : [written[j]!, written[d + j]!];
      for (let i = 0; i < width; i++) {
        query!(head * d + slot, i, MATCH * asked[i]!);
        key!(kv * d + slot, i, found[i]!);
      }
    });
    each(d, width, (j, i) => {
      copy!(kv * d + j, i, copied[kv * d + j]![i]!);
      emit!(i, head * d + j, (2 / Math.sqrt(d)) * copied[kv * d + j]![i]!);
    });
  }
}

function each(rows: number, columns: number, visit: (row: number, column: number) => void): void {
  for (let row = 0; row < rows; row++) for (let column = 0; column < columns; column++) visit(row, column);
}

/** Gram–Schmidt on random rows. */
function orthonormalRows(count: number, width: number, normal: Random): number[][] {
  const rows: number[][] = [];
  for (let n = 0; n < count; n++) {
    let row = Array.from({ length: width }, normal);
    for (const other of rows) {
      const along = row.reduce((sum, value, i) => sum + value * other[i]!, 0);
      row = row.map((value, i) => value - along * other[i]!);
    }
    const length = Math.hypot(...row);
    rows.push(row.map((value) => value / length));
  }
  return rows;
}
