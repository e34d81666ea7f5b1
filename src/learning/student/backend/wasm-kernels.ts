// Kernels for tfjs's wasm backend (4.22) where its own are slow, wrong or missing; registered once, over the stock ones.
//
// - BatchMatMul: XNNPACK runs only for batch 1 without transpose flags; anything else is a scalar loop 10–30 times slower. Here
//   transposes are made explicitly and each batch slice is multiplied through an alias of its memory, so that every product is fast.
// - Sum over leading axes (gradients of biases and norm weights): the stock kernel transposes first.
// - Slice: the stock kernel first copies its whole input out of the heap; runs of whole rows need no more than a copy of the run.
// - Identity: the stock kernel copies, and what a derivative needs is kept as an identity of it: weights and activations lay there twice.
// - UnsortedSegmentSum (the gradient of gather): missing.

import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';

type Info = tf.TensorInfo;
type Kernel<Inputs, Attrs> = (args: { inputs: Inputs; backend: BackendWasm; attrs: Attrs }) => Info;

let registered = false;

/** Call when the backend is up: the stock kernels that are still used set themselves up as it starts. */
export function registerWasmKernels(): void {
  if (registered) return;
  registered = true;
  disposeDerivedWithData(tf.backend() as BackendWasm);
  const stockSum = tf.getKernel('Sum', 'wasm').kernelFunc as unknown as Kernel<{ x: Info }, SumAttrs>;
  replaceKernel<{ x: Info }, SumAttrs>('Sum', (args) => sumOfRows(args) ?? stockSum(args));
  const stockMatMul = tf.getKernel('BatchMatMul', 'wasm').kernelFunc as unknown as typeof batchMatMul;
  replaceKernel<{ a: Info; b: Info }, MatMulAttrs>('BatchMatMul', (args) =>
    isTiny(args.inputs) ? stockMatMul(args) : batchMatMul(args),
  );
  const stockSlice = tf.getKernel('Slice', 'wasm').kernelFunc as unknown as Kernel<{ x: Info }, SliceAttrs>;
  replaceKernel<{ x: Info }, SliceAttrs>('Slice', (args) => sliceRun(args) ?? stockSlice(args));
  replaceKernel<{ x: Info }, object>('Identity', ({ inputs: { x }, backend }) => {
    backend.incRef(x.dataId);
    return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
  });
  replaceKernel('UnsortedSegmentSum', unsortedSegmentSum);
}

function replaceKernel<Inputs, Attrs>(kernelName: string, kernel: Kernel<Inputs, Attrs>): void {
  if (tf.getKernel(kernelName, 'wasm')) tf.unregisterKernel(kernelName, 'wasm');
  tf.registerKernel({ kernelName, backendName: 'wasm', kernelFunc: kernel as unknown as tf.KernelFunc });
}

type MatMulAttrs = { transposeA: boolean; transposeB: boolean };

/** Many slices of a few thousand multiplications (decoding) are cheaper in the scalar loop than XNNPACK's set-up for each. */
const isTiny = ({ a, b }: { a: Info; b: Info }): boolean =>
  a.shape.length > 2 && a.shape.at(-1)! * a.shape.at(-2)! * Math.max(b.shape.at(-2)!, b.shape.at(-1)!) < 4096;

const batchMatMul: Kernel<{ a: Info; b: Info }, MatMulAttrs> = ({ inputs, backend, attrs }) => {
  const a = attrs.transposeA ? swapLastAxes(inputs.a, backend) : inputs.a;
  const b = attrs.transposeB ? lastingTranspose(inputs.b, backend) : inputs.b;
  const outer = tf.broadcast_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const [m, k, n] = [a.shape.at(-2)!, a.shape.at(-1)!, b.shape.at(-1)!];
  if (b.shape.at(-2) !== k) throw new Error(`matMul: inner sizes of [${a.shape}] and [${b.shape}] differ`);
  const out = backend.makeOutput([...outer, m, n], 'float32');
  const batches = tf.util.sizeFromShape(outer);
  const [aSlices, outSlices] = [slices(a, m * k, backend), slices(out, m * n, backend)];
  const bSlice = lastingSlices(b, k * n, backend);
  const multiply = rawMatMul(backend, m, k, n);
  for (let i = 0; i < batches; i++) {
    const [aId, outId] = [aSlices.open(i), outSlices.open(i)];
    multiply(aId, bSlice(i), outId);
    aSlices.close(aId);
    outSlices.close(outId);
  }
  if (a !== inputs.a) backend.disposeData(a.dataId);
  return out;
};

// Ids of aliases lie far above the backend's own counter.
let nextAlias = 1 << 30;

/** The slices of a tensor as ids that wasm code resolves to memory: the tensor's own id where it is one slice, else aliases. */
function slices(info: Info, size: number, backend: BackendWasm) {
  const { id, memoryOffset } = backend.dataIdMap.get(info.dataId);
  if (tf.util.sizeFromShape(info.shape) === size) return { open: () => id, close: () => undefined };
  return {
    open: (index: number): number => {
      const alias = nextAlias++;
      backend.wasm.tfjs.registerTensor(alias, size, memoryOffset + index * size * 4);
      return alias;
    },
    close: (alias: number): void => backend.wasm.tfjs.disposeData(alias),
  };
}

/**
 * What is derived from a right operand and lives as long as it does: its transpose, and aliases of its slices (XNNPACK keeps an operand's
 * packed form as long as its id lives). Weights are thus transposed and packed once, not at every step.
 */
interface Derived {
  transposes: Map<string, Info>;
  aliases: Map<number, number[]>;
}

const derived = new WeakMap<object, Derived>();

function derivedOf({ dataId }: Info): Derived {
  const known = derived.get(dataId) ?? { transposes: new Map(), aliases: new Map() };
  derived.set(dataId, known);
  return known;
}

function lastingTranspose(info: Info, backend: BackendWasm): Info {
  const { transposes } = derivedOf(info);
  const key = info.shape.join();
  const known = transposes.get(key) ?? swapLastAxes(info, backend);
  transposes.set(key, known);
  return known;
}

function lastingSlices(info: Info, size: number, backend: BackendWasm): (index: number) => number {
  const { open } = slices(info, size, backend);
  if (tf.util.sizeFromShape(info.shape) === size) return open;
  const { aliases } = derivedOf(info);
  const known = aliases.get(size) ?? [];
  aliases.set(size, known);
  return (index) => {
    known[index] ??= open(index);
    return known[index];
  };
}

function disposeDerivedWithData(backend: BackendWasm): void {
  const disposeData = backend.disposeData.bind(backend);
  backend.disposeData = (dataId, force) => {
    const freed = disposeData(dataId, force);
    const known = derived.get(dataId);
    if (!freed || known === undefined) return freed;
    derived.delete(dataId);
    for (const alias of [...known.aliases.values()].flat()) backend.wasm.tfjs.disposeData(alias);
    for (const transpose of known.transposes.values()) backend.disposeData(transpose.dataId);
    return true;
  };
}

type RawMatMul = (
  ...args: [a: number, aShape: number, rank: 3, b: number, bShape: number, rank: 3, trA: 0, trB: 0, out: number]
) => void;

/** What the backend's types leave out of its Emscripten module. */
interface Heap {
  HEAP32: Int32Array;
  _malloc(bytes: number): number;
  _BatchMatMul: RawMatMul;
}

const shapeMemory = new WeakMap<BackendWasm, number>();

/** The compiled product of one [m, k] by one [k, n], called without marshalling: the shapes lie in a few words of the heap. */
function rawMatMul(backend: BackendWasm, m: number, k: number, n: number): (a: number, b: number, out: number) => void {
  const heap = backend.wasm as unknown as Heap;
  const words = shapeMemory.get(backend) ?? heap._malloc(24);
  shapeMemory.set(backend, words);
  heap.HEAP32.set([1, m, k, 1, k, n], words >> 2);
  return (a, b, out) => heap._BatchMatMul(a, words, 3, b, words + 12, 3, 0, 0, out);
}

function swapLastAxes(x: Info, backend: BackendWasm): Info {
  const perm = x.shape.map((_, axis) => axis);
  perm.push(perm.splice(-2, 1)[0]!);
  const transpose = tf.getKernel('Transpose', 'wasm').kernelFunc as unknown as Kernel<{ x: Info }, { perm: number[] }>;
  return transpose({ inputs: { x }, backend, attrs: { perm } });
}

type SumAttrs = { axis: number | number[]; keepDims?: boolean };

/** Sums over axes 0…n-1; undefined for other axes and types. */
function sumOfRows({ inputs, backend, attrs }: Parameters<Kernel<{ x: Info }, SumAttrs>>[0]): Info | undefined {
  const { shape, dtype } = inputs.x;
  const axes = tf.util.parseAxisParam(attrs.axis, shape).sort((left, right) => left - right);
  const leading = axes.length > 0 && axes.length < shape.length && axes.every((axis, index) => axis === index);
  const rows = tf.util.sizeFromShape(shape.slice(0, axes.length));
  const columns = tf.util.sizeFromShape(shape.slice(axes.length));
  if (dtype !== 'float32' || !leading || rows === 0 || columns === 0) return undefined;
  const out = backend.makeOutput([columns], 'float32');
  const values = backend.typedArrayFromHeap(inputs.x);
  const sums = new Float64Array(columns);
  for (let row = 0, at = 0; row < rows; row++) for (let i = 0; i < columns; i++) sums[i]! += values[at++]!;
  backend.typedArrayFromHeap(out).set(sums);
  const kept = attrs.keepDims ? axes.map(() => 1) : [];
  return { ...out, shape: [...kept, ...shape.slice(axes.length)] };
}

const unsortedSegmentSum: Kernel<{ x: Info; segmentIds: Info }, { numSegments: number }> = ({
  inputs,
  backend,
  attrs,
}) => {
  const rest = inputs.x.shape.slice(inputs.segmentIds.shape.length);
  const out = backend.makeOutput([attrs.numSegments, ...rest], 'float32');
  const sums = backend.typedArrayFromHeap(out);
  const values = backend.typedArrayFromHeap(inputs.x);
  const segments = backend.typedArrayFromHeap(inputs.segmentIds);
  const size = tf.util.sizeFromShape(rest);
  sums.fill(0);
  segments.forEach((segment, row) => {
    if (segment < 0 || segment >= attrs.numSegments) return;
    for (let i = 0; i < size; i++) sums[segment * size + i]! += values[row * size + i]!;
  });
  return out;
};

type SliceAttrs = { begin: number | number[]; size: number | number[] };

/** A slice that is one run of memory; undefined where it is not. */
function sliceRun({ inputs, backend, attrs }: Parameters<Kernel<{ x: Info }, SliceAttrs>>[0]): Info | undefined {
  const { x } = inputs;
  const [begin, size] = tf.slice_util.parseSliceParams(x as tf.Tensor, attrs.begin, attrs.size) as [number[], number[]];
  if (x.dtype !== 'float32' || !tf.slice_util.isSliceContinous(x.shape, begin, size)) return undefined;
  const start = tf.slice_util.computeFlatOffset(begin, tf.util.computeStrides(x.shape));
  const out = backend.makeOutput(size, 'float32');
  const run = backend.typedArrayFromHeap(x).subarray(start, start + tf.util.sizeFromShape(size));
  backend.typedArrayFromHeap(out).set(run);
  return out;
}
