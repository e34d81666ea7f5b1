// A node of bash's syntax tree, as a plain object.

export interface SyntaxNode {
  /** The grammar's name of a named node; the text itself of a token such as `&&`. */
  type: string;
  /** Range in the JavaScript string: [start, end). */
  start: number;
  end: number;
  children: SyntaxNode[];
}
