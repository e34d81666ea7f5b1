// When a command has to stop before its end: its time is up, or its caller gave up.

export interface Stop {
  stopped: Promise<'timeout' | 'abort'>;
  clear: () => void;
}

/** `timeoutMs` 0 = no limit. */
export function stopAfter({ timeoutMs, signal }: { timeoutMs: number; signal?: AbortSignal | undefined }): Stop {
  let clear = (): void => undefined;
  const stopped = new Promise<'timeout' | 'abort'>((resolve) => {
    const timer = timeoutMs > 0 ? setTimeout(() => resolve('timeout'), timeoutMs) : undefined;
    const abort = () => resolve('abort');
    signal?.addEventListener('abort', abort, { once: true });
    clear = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    };
  });
  return { stopped, clear };
}
