/**
 * Instances, their environments, and the containers in which code runs.
 *
 * @module stepwright/sandbox
 */
export {
  type Environment,
  environmentSchema,
} from '../core/schema/environment.ts';
export { SandboxError, TaskError } from '../core/schema/errors.ts';
export { type Instance, instanceSchema } from '../core/schema/instance.ts';
export { type BackendOptions, openBackend as openSandboxBackend } from '../world/sandbox/backend.ts';
export { ensureImages } from '../world/sandbox/images/images.ts';
export { SandboxPool } from '../world/sandbox/pool.ts';
export type {
  ExecOptions,
  ExecResult,
  OpenOptions,
  Sandbox,
  SandboxBackend,
  SandboxLimits,
  Session,
  SessionExecOptions,
  SessionResult,
  Snapshot,
} from '../world/sandbox/sandbox.ts';
export { type EnvironmentsByName, loadEnvironment, loadEnvironmentsOf } from '../world/task/environments.ts';
export { loadInstances, suiteNames } from '../world/task/load.ts';
