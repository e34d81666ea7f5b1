// What may differ between two runs of the same command without meaning anything. Replay compares observations exactly, then with these
// replaced. A rule that hides too much hides real differences, so each stays narrow and says what it is for.

export interface NormalRule {
  what: string;
  pattern: RegExp;
  replacement: string;
  /** An input and what becomes of it by this rule alone. */
  example: readonly [string, string];
}

export const normalRules: readonly NormalRule[] = [
  {
    what: 'blank lines around an output and blanks at its end, which a terminal takes off or leaves (SWE-ReX)',
    pattern: /^(?:[ \t]*\n)+|\s+$/g,
    replacement: '',
    example: ['\ndiff --git a/a b/a\n', 'diff --git a/a b/a'],
  },
  {
    what: 'how SWE-agent before 0.3 said that an edit is refused',
    pattern: /Please understand the fixes and retry your edit commmand\./g,
    replacement: 'Please read this error message carefully and then retry editing the file.',
    example: [
      'syntax error(s). Please understand the fixes and retry your edit commmand.',
      'syntax error(s). Please read this error message carefully and then retry editing the file.',
    ],
  },
  {
    what: 'hashes of blobs in a diff, which may be of digits alone',
    pattern: /^index [0-9a-f]{7,64}\.\.[0-9a-f]{7,64}/gm,
    replacement: 'index <hash>..<hash>',
    example: ['index 1234567..7654321 100644', 'index <hash>..<hash> 100644'],
  },
  {
    what: 'ISO date and time',
    pattern: /\b\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z| ?[+-]\d{2}:?\d{2})?/g,
    replacement: '<time>',
    example: ['at 2025-03-01T10:02:03.5Z', 'at <time>'],
  },
  {
    what: 'date of ctime and git log',
    pattern: /\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun),? [A-Z][a-z]{2} +\d+ \d{2}:\d{2}:\d{2}( [A-Z]{3,4})? \d{4}( [+-]\d{4})?/g,
    replacement: '<time>',
    example: ['Date:   Sat Mar 1 10:02:03 2025 +0000', 'Date:   <time>'],
  },
  {
    what: 'date in ls -l',
    pattern: /^(\S{10}[+.@]? +\d+ +\S+ +\S+ +\d+) [A-Z][a-z]{2} +\d+ +(\d{2}:\d{2}|\d{4}) /gm,
    replacement: '$1 <time> ',
    example: ['-rw-r--r-- 1 root root 12 Mar  1 10:02 a.py', '-rw-r--r-- 1 root root 12 <time> a.py'],
  },
  {
    what: 'time of day',
    pattern: /\b\d{1,2}:\d{2}:\d{2}(\.\d+)?\b/g,
    replacement: '<time>',
    example: ['elapsed 0:00:01.25', 'elapsed <time>'],
  },
  {
    what: 'duration',
    pattern: /\b\d+(\.\d+)?(e-\d+)? ?(ns|us|µs|ms|s|secs?|seconds?|m|mins?|minutes?)\b/g,
    replacement: '<duration>',
    example: ['3 passed in 0.12s (20 ms)', '3 passed in <duration> (<duration>)'],
  },
  {
    what: 'duration named by its key',
    pattern: /\b((?:duration|elapsed|time)(?:_ms)?["']?\s*[:= ]\s*)\d+(\.\d+)?\b/gi,
    replacement: '$1<duration>',
    example: ['# duration_ms 41.25', '# duration_ms <duration>'],
  },
  {
    what: 'ruler that a duration shortens or lengthens (pytest)',
    pattern: /={4,}/g,
    replacement: '====',
    example: ['=========== 1 passed', '==== 1 passed'],
  },
  {
    what: 'memory address',
    pattern: /\b0x[0-9a-f]{6,16}\b/gi,
    replacement: '<address>',
    example: ['<Foo object at 0x7f3a2b1c9d50>', '<Foo object at <address>>'],
  },
  {
    what: 'temporary file or folder',
    pattern: /(?<![\w.-])\/(tmp|var\/tmp|dev\/shm)\/[\w.-]+/g,
    replacement: '/$1/<name>',
    example: ['open /tmp/tmpa8f3k2_q/x.txt failed', 'open /tmp/<name>/x.txt failed'],
  },
  {
    what: 'name made by mkstemp',
    pattern: /\btmp[.-]?[A-Za-z0-9_]{6,12}\b/g,
    replacement: '<tmp>',
    example: ['removed tmp.Xy3kQ9aB2c', 'removed <tmp>'],
  },
  {
    what: 'uuid',
    pattern: /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi,
    replacement: '<uuid>',
    example: ['id 123e4567-e89b-12d3-a456-426614174000', 'id <uuid>'],
  },
  {
    what: 'hash: hexadecimal with both a digit and a letter',
    pattern: /\b(?=[0-9a-f]*[a-f])(?=[0-9a-f]*\d)[0-9a-f]{7,64}\b/g,
    replacement: '<hash>',
    example: ['index 3f2a9c1..b81e02d 100644', 'index <hash>..<hash> 100644'],
  },
  {
    what: 'process id',
    pattern: /(\bpid[ :=]+|\bnode:|^\[\d+\] +)\d+\b/gim,
    replacement: '$1<pid>',
    example: ['(node:4711) Warning', '(node:<pid>) Warning'],
  },
  {
    what: 'port of the loopback',
    pattern: /\b(localhost|127\.0\.0\.1|\[::1\]):\d{4,5}\b/g,
    replacement: '$1:<port>',
    example: ['listening on 127.0.0.1:43127', 'listening on 127.0.0.1:<port>'],
  },
];

export const normalise = (text: string): string =>
  normalRules.reduce(
    (rest, { pattern, replacement }) => rest.replace(pattern, replacement),
    text.replaceAll('\r\n', '\n'),
  );
