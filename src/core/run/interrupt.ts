// Ctrl-C and SIGTERM: the first asks the work to stop and clean up, a second leaves at once (the reaper removes what that leaves).

let controller: AbortController | undefined;

/** The process's one signal, aborted by the first SIGINT or SIGTERM. */
export function interruptSignal(): AbortSignal {
  if (controller === undefined) {
    controller = new AbortController();
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
  }
  return controller.signal;
}

function stop(): void {
  if (controller?.signal.aborted) process.exit(130);
  process.stderr.write('\nStopping: cleaning up, please wait (again to leave at once)…\n');
  controller?.abort(new DOMException('interrupted', 'AbortError'));
}

export const isAbort = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError';
