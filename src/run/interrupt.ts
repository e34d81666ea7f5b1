// Ctrl-C and SIGTERM: the first asks the work to stop and clean up, a second leaves at once (the reaper removes what that leaves).

/** One signal for the process, aborted by the first SIGINT or SIGTERM. */
export function interruptSignal(onFirst: () => void): AbortSignal {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) process.exit(130);
    onFirst();
    controller.abort(new DOMException('interrupted', 'AbortError'));
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return controller.signal;
}

export const isAbort = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError';
