// What SWE-agent's windowed tools have open, from tool call to tool call.

export interface OpenWindow {
  /** Absolute, without links. */
  path: string;
  /** First line shown, from 0. */
  firstLine: number;
}
