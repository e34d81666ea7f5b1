// The peer: a Python process that trains and generates on demand.
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { execa } from 'execa';
import { testPython } from '../../test/support/python.ts';

export interface Torch extends Disposable {
  version: string;
  /** Seconds that the task took, and the loss of a training step. */
  run(task: 'train' | 'train_group' | 'generate'): Promise<{ seconds: number; value: number | null }>;
}

export async function openTorch(
  folder: string,
  request: {
    batch: number[][];
    group: { prompt: number[]; completions: number[][] };
    prompts: number[][];
    newTokens: number;
  },
): Promise<Torch> {
  const found = testPython();
  if ('why' in found) throw new Error(found.why);
  const script = join(import.meta.dirname, 'peer.py');
  const child = execa(found.python, [script, folder, JSON.stringify(request)], { stderr: 'ignore', reject: false });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`bench/train/peer.py ended: ${(await child).shortMessage}`);
    return JSON.parse(value);
  };
  const { torch: version } = await next();
  return {
    version,
    run: async (task) => {
      child.stdin.write(`${task}\n`);
      return next();
    },
    [Symbol.dispose]: () => void child.kill(),
  };
}
