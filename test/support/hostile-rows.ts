// Rows that are made to break whoever reads them: keys of Object.prototype, ids that are paths, escapes for terminals, numbers that are none,
// lone surrogates. As lines of JSON: some of them no JSON.stringify writes.

const ids = [
  '__proto__',
  'constructor',
  '..',
  '../../escaped',
  '/tmp/escaped',
  'a\0b',
  '\u001b[2J\u001b]0;owned\u0007',
  'a\u009b2Jb',
  'a\u202eb',
  '\ud800',
  'x'.repeat(5000),
];

/** Of no shape in particular. */
export const hostileLines: readonly string[] = [
  '{"__proto__": {"instance_id": "x"}, "constructor": {"prototype": 1}}',
  '{"__proto__": null}',
  '{"constructor": 1, "toString": 2, "hasOwnProperty": 3}',
  '{"instance_id": 1e400, "messages": [1e400], "n": -1e400}',
  '{"instance_id": "\\ud800", "messages": "\\udfff"}',
  '{"\\u001b[31m": "\\u001b[2J", "\\u009b": 1}',
  '\u001b[2J\u001b]0;owned\u0007',
  '[[[[]]]]',
  'null',
  '""',
  '0',
];

/** The same thing under every such id: under `fields` of a row that is good but for them. */
export const withHostileIds = (row: object, ...fields: readonly string[]): string[] =>
  ids.map((id) => JSON.stringify({ ...row, ...Object.fromEntries(fields.map((field) => [field, id])) }));

/** Longer than any row may be. */
export const tooLongLine = (): string => `{"instance_id":"long","pad":"${'x'.repeat(65 * 1024 * 1024)}"}`;
