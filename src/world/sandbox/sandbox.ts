// The sandbox contract: one container of an environment, alive for one attempt. Code in it is hostile: it has no network, no host
// mounts, no added capabilities and limits on memory, pids, CPU, disk and output.

export interface ExecOptions {
  /** Working directory; default the sandbox's work dir (/testbed). */
  cwd?: string;
  env?: Record<string, string>;
  /** Text given on stdin; default an empty stdin. */
  stdin?: string;
  /** Wall clock of the whole process tree, default 10 minutes; 0 = no limit. @unit milliseconds */
  timeoutMs?: number;
  /** Bytes of output kept, half from the head, half from the tail; default 1 MiB. */
  maxOutputBytes?: number;
  /** A file of the host that gets all output, up to so many bytes. */
  outputFile?: { path: string; maxBytes: number };
  signal?: AbortSignal;
}

export interface ExecResult {
  /** stdout and stderr as written, decoded once as UTF-8 with replacement; a line in the middle says how many bytes were cut. */
  output: string;
  /** 128 + signal number when a signal ended it; 124 when it timed out. */
  exitCode: number;
  timedOut: boolean;
  truncated: boolean;
  /** The sandbox was over its disk limit: every process in it was ended, its files are kept. */
  diskFull?: boolean;
  /** @unit milliseconds */
  durationMs: number;
  /** The command ended the shell that ran it (killed it, or everything). Later commands run in another. */
  shellLost?: boolean;
  /** The memory limit ended the command. */
  outOfMemory?: boolean;
}

/** A session has its own directory, variables and standard input. */
export type SessionExecOptions = Pick<ExecOptions, 'timeoutMs' | 'maxOutputBytes' | 'outputFile' | 'signal'>;

export interface SessionResult extends ExecResult {
  /** The shell ended, or had to be ended: the next command starts in a new one, at the work dir, without variables and functions. */
  shellLost: boolean;
}

/**
 * One shell for many commands, as SWE-agent's bash: working directory, variables, functions and background jobs stay. Commands given
 * at once run one after the other. On time-out all that the command started dies, and the shell goes on as it is.
 */
export interface Session extends AsyncDisposable {
  exec(command: string, options?: SessionExecOptions): Promise<SessionResult>;
  /** Ends the shell and its background jobs. */
  dispose(): Promise<void>;
}

/**
 * A failing command is a value; only a broken sandbox throws (`SandboxError`). On time-out the whole process tree in the container
 * dies and the partial output is kept. The caller owns the lifetime: `await using box = await backend.open(…)`.
 */
export interface Sandbox extends AsyncDisposable {
  readonly id: string;
  /** How often the container went down and was started again: processes, and what was in memory (/tmp), were lost each time. */
  readonly restarts: number;
  /** Runs a command with `sh -c` semantics of the image's bash (sh where there is none), in a fresh shell. */
  exec(command: string, options?: ExecOptions): Promise<ExecResult>;
  /** Sessions wait neither for one another nor for `exec`. Disposing of the sandbox ends them. */
  openSession(options?: { cwd?: string; env?: Record<string, string> }): Promise<Session>;
  readFile(path: string): Promise<Buffer>;
  /** Creates parent folders. */
  writeFile(path: string, content: string | Uint8Array, options?: { mode?: number }): Promise<void>;
  /** A folder's content as a tar archive without devices, pipes, absolute paths and ways out: safe to unpack anywhere. */
  exportTar(path: string): Promise<Buffer>;
  /** Unpacks into a folder, which is made; an archive with any of these, or with links it would write through, is refused whole. */
  importTar(path: string, tar: Uint8Array): Promise<void>;
  /** What changed in the work dir since it was opened, as a git patch (new, deleted, binary files too; ignored files left out). */
  diff(): Promise<string>;
  /** The files as they are now. Processes, sessions and /dev/shm are not part of it. */
  snapshot(): Promise<Snapshot>;
  /** A new sandbox with this one's files: a snapshot of one use. */
  fork(options?: { signal?: AbortSignal }): Promise<Sandbox>;
  dispose(): Promise<void>;
}

/** The state after some step, to branch from. Its layer is removed when it and the sandboxes opened from it are disposed. */
export interface Snapshot extends AsyncDisposable {
  readonly id: string;
  /** With the limits and the base commit of the sandbox it was taken of: `diff()` tells all that changed since that one was opened. */
  open(options?: { signal?: AbortSignal }): Promise<Sandbox>;
  dispose(): Promise<void>;
}

export interface OpenOptions {
  image: string;
  /** Applied to the clean repository before the attempt starts; the result is again a repository with exactly one commit. */
  bugPatch?: string;
  /** Commit hash expected after `bugPatch`; a different one is a `SandboxError` (the image is not the one the instance was made on). */
  baseCommit?: string;
  /** Label that `sandbox reap` finds dead runs by. */
  runId?: string;
  limits?: Partial<SandboxLimits>;
  /** For set-up steps: hosts that can be reached, as `example.org` and `*.example.org`, by what heeds `http_proxy`. Default: no network. */
  network?: { allow: readonly string[] };
  /** An OCI runtime that the engine knows by this name, as gVisor's `runsc`. Default: STEPWRIGHT_RUNTIME, else the engine's own. */
  runtime?: string;
  signal?: AbortSignal;
}

export interface SandboxLimits {
  memoryBytes: number;
  cpus: number;
  pids: number;
  openFiles: number;
  /** Bytes of all that is written, and of any one file; /tmp, which is memory, has this or half of the memory. */
  diskBytes: number;
  /** Files and folders that are written; /tmp counts for itself. */
  files: number;
  /** The reaper may remove the container after this long, whatever became of its run. @unit milliseconds */
  ttlMs: number;
}

/** Opens sandboxes on one container engine. */
export interface SandboxBackend {
  readonly name: string;
  open(options: OpenOptions): Promise<Sandbox>;
}
