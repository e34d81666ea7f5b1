// The divergence report as a person sees it.
import { expect, test } from 'vitest';
import type { ReplayRow } from '../../../src/data/replay/replay-all.ts';
import { describeDivergence } from '../../../src/data/replay/replay-report.ts';

const row = (recorded: string, replayed: string): ReplayRow => ({
  ...{ key: 'k', trajectory_id: 'toy__1/x/0', steps: 3, exact: 2, equal: 2, unrecorded: 0, fidelity: 2 / 3 },
  different: [
    {
      ...{ step: 1, fidelity: 0.75, action: 'cat a.py\ncat b.py', recorded, replayed },
      exit_code: { recorded: null, replayed: 1 },
    },
  ],
  ...{ recorded_ms: 0, replayed_ms: 0, diff_equal: true },
});

test('shows the first line that differs, with some before and after', () => {
  expect(`\n${describeDivergence(row('1\n2\n3\nfour\nin 1.5s', '1\n2\n3\nfive\nin 2.5s\nsix'), 40)}\n`).toBe(`
toy__1/x/0, step 1: 75 % of the lines alike; exit code unknown → 1
  cat a.py⏎cat b.py
recorded           │ replayed
───────────────────┼───────────────────
2                  │ 2
3                  │ 3
four               ┃ five
in 1.5s            │ in 2.5s
                   ┃ six
`);
});

test('cuts long lines and long answers', () => {
  const long = Array.from({ length: 50 }, (_, n) => `line ${n}`).join('\n');
  const shown = describeDivergence(row(`${'x'.repeat(50)}\n${long}`, `${'y'.repeat(50)}\n${long}`), 23)!.split('\n');
  expect(shown[4]).toBe('xxxxxxxxx… ┃ yyyyyyyyy…');
  expect(shown).toHaveLength(4 + 16 + 1);
  expect(shown.at(-1)).toBe('…          │ …');
});

test('has nothing to say of a faithful replay', () => {
  expect(describeDivergence({ ...row('', ''), different: [] }, 80)).toBeUndefined();
});
