// The error vocabulary: one class per boundary a failure can cross. The message says what, where, got, and what to do;
// the CLI prints it as one line and maps the class to an exit code. A failing command in a sandbox is a value, not an error.

/** Base of every error we throw on purpose. `code` is stable and meant for programs. */
export class StepwrightError extends Error {
  readonly code: string;
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** Usage, configuration or a missing prerequisite: stops the whole command, exit code 2, no stack trace. */
export class ConfigError extends StepwrightError {
  constructor(message: string, options?: ErrorOptions) {
    super('CONFIG', message, options);
  }
}

/** The provider refuses every call alike: a wrong key, no credit, an unknown model. There is no use in asking again. */
export class AccessError extends ConfigError {}

/** An instance or environment that cannot be used: a missing file, a malformed row. */
export class TaskError extends StepwrightError {
  constructor(message: string, options?: ErrorOptions) {
    super('TASK', message, options);
  }
}

/** The sandbox itself broke: engine gone, container died, file transfer refused. Never a command that failed. */
export class SandboxError extends StepwrightError {
  constructor(message: string, options?: ErrorOptions) {
    super('SANDBOX', message, options);
  }
}

/** The model could not answer, after the retries that its implementation does. */
export class ModelError extends StepwrightError {
  constructor(message: string, options?: ErrorOptions) {
    super('MODEL', message, options);
  }
}

/** A patch could not be judged: not "not resolved", but unknown. */
export class GradingError extends StepwrightError {
  constructor(message: string, options?: ErrorOptions) {
    super('GRADING', message, options);
  }
}

/** The message of anything thrown, on one line. */
export const messageOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(/\s*\n\s*/g, ' ').trim();
