// Kernels for tfjs's webgpu backend (4.22) where its own are wrong; registered once, over the stock ones.
//
// - Softmax: a device starts at most 65,535 groups of threads along an axis, one a row; for more rows the stock kernel starts a square of
//   groups, and those left over spoil the last row.
import * as tf from '@tensorflow/tfjs-core';

type Info = tf.TensorInfo;
type Kernel<Inputs, Attrs> = (args: { inputs: Inputs; backend: tf.KernelBackend; attrs: Attrs }) => Info;

const MOST_ROWS = 65_535;

let registered = false;

export function registerWebgpuKernels(): void {
  if (registered) return;
  registered = true;
  const stock = kernel<{ logits: Info }, { dim: number }>('Softmax');
  tf.unregisterKernel('Softmax', 'webgpu');
  const kernelFunc: typeof stock = (args) =>
    rowsOf(args.inputs.logits) > MOST_ROWS ? inRuns(stock, args) : stock(args);
  tf.registerKernel({
    kernelName: 'Softmax',
    backendName: 'webgpu',
    kernelFunc: kernelFunc as unknown as tf.KernelFunc,
  });
}

const rowsOf = ({ shape }: Info): number => tf.util.sizeFromShape(shape.slice(0, -1));

function inRuns(
  softmax: Kernel<{ logits: Info }, { dim: number }>,
  { inputs, backend, attrs }: Parameters<typeof softmax>[0],
): Info {
  const [slice, concat] = [
    kernel<{ x: Info }, { begin: number[]; size: number[] }>('Slice'),
    kernel<Info[], { axis: number }>('Concat'),
  ];
  const [rows, columns] = [rowsOf(inputs.logits), inputs.logits.shape.at(-1)!];
  const x = { ...inputs.logits, shape: [rows, columns] };
  const runs: Info[] = [];
  for (let first = 0; first < rows; first += MOST_ROWS) {
    const size = [Math.min(MOST_ROWS, rows - first), columns];
    const logits = slice({ inputs: { x }, backend, attrs: { begin: [first, 0], size } });
    runs.push(softmax({ inputs: { logits }, backend, attrs: { ...attrs, dim: 1 } }));
    backend.disposeData(logits.dataId);
  }
  const whole = concat({ inputs: runs, backend, attrs: { axis: 0 } });
  for (const { dataId } of runs) backend.disposeData(dataId);
  return { ...whole, shape: inputs.logits.shape };
}

const kernel = <Inputs, Attrs>(name: string): Kernel<Inputs, Attrs> =>
  tf.getKernel(name, 'webgpu').kernelFunc as unknown as Kernel<Inputs, Attrs>;
