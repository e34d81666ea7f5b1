// Real sandboxes to which something happens from outside at some phase of judging.
import { setTimeout as sleep } from 'node:timers/promises';
import type { ExecOptions, Sandbox, SandboxBackend } from '../../../src/world/sandbox/sandbox.ts';

export const phases = [
  'before the sandbox is opened',
  'before the tests are protected',
  'before the patch is applied',
  'while the tests run',
  'before the report is read',
] as const;
export type Phase = (typeof phases)[number];

/** `fault` happens in the first `times` sandboxes, once in each; there is none yet before the first phase. */
export function faultAt(
  backend: SandboxBackend,
  phase: Phase,
  times: number,
  fault: (box?: Sandbox) => Promise<unknown>,
): SandboxBackend {
  let opened = 0;
  return {
    name: 'faulty',
    async open(options) {
      if (++opened > times) return backend.open(options);
      let isDone = false;
      const strike = async (isNow: boolean, box?: Sandbox): Promise<void> => {
        if (isDone || !isNow) return;
        isDone = true;
        await fault(box);
      };
      await strike(phase === 'before the sandbox is opened');
      const box = await backend.open(options);
      const changed: Pick<Sandbox, 'exec' | 'readFile'> = {
        async exec(command: string, given?: ExecOptions) {
          await strike(phase === 'before the tests are protected' && command.includes('tar --null'), box);
          await strike(phase === 'before the patch is applied' && command.startsWith('git apply'), box);
          const isTestRun = given?.env?.STEPWRIGHT_REPORT !== undefined;
          const running = box.exec(command, given);
          running.catch(() => undefined); // may fail before it is awaited
          if (isTestRun && phase === 'while the tests run') await sleep(100).then(() => strike(true, box));
          const result = await running;
          await strike(isTestRun && phase === 'before the report is read', box);
          return result;
        },
        readFile: (path) => box.readFile(path),
      };
      return Object.assign(Object.create(box) as Sandbox, changed);
    },
  };
}
