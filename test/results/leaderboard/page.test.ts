import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { trainSft } from '../../../src/learning/train/sft.ts';
import { ticks } from '../../../src/results/leaderboard/curve.ts';
import { html } from '../../../src/results/leaderboard/html.ts';
import { renderPage } from '../../../src/results/leaderboard/page.ts';
import { loadBoard } from '../../../src/results/leaderboard/rows.ts';
import { trainingBench } from '../../learning/train/support.ts';
import { temporaryFolder } from '../../support/temp.ts';
import { writeScoreRun, writeTrainRun } from './support.ts';

const HOSTILE = `</title><script>document.title='owned'</script><img src=x onerror="document.title='owned'">"'&`;

async function hostilePage(): Promise<string> {
  const dir = temporaryFolder();
  writeScoreRun(join(dir, '1'), HOSTILE, 1, 4, { rungs: { [HOSTILE]: { resolved: 1, total: 4 } } });
  writeScoreRun(join(dir, '2'), 'srl', 2, 4, { step_reward: 0.5, steps_mean: 3, tokens_mean: 100 });
  writeTrainRun(join(dir, '3'), [
    { step: 1, loss: 2, [HOSTILE]: 1 },
    { step: 2, loss: 1, [HOSTILE]: 2 },
  ]);
  return renderPage(await loadBoard([dir]));
}

describe('the page', () => {
  test('shows rows, intervals, ladder and curves', async () => {
    const page = await hostilePage();
    expect(page.match(/<tr>/g)).toHaveLength(2 + 2 + 2);
    expect(page).toContain('50.0 %');
    expect(page).toContain('0.500');
    expect(page.match(/<figure>/g)).toHaveLength(2);
    expect(page.match(/class="interval"/g)).toHaveLength(2);
  });

  test('needs nothing from anywhere and runs no script', async () => {
    const page = await hostilePage();
    expect(page).not.toMatch(/<script|<link|<img|@import|url\(|https?:/);
  });

  test('escapes what comes from files, in text and in attributes', async () => {
    const page = await hostilePage();
    expect(page).toContain('&lt;/title&gt;&lt;script&gt;');
    expect(page).not.toContain('onerror="');
  });

  test('is the same twice', async () => {
    expect(await hostilePage()).toBe(await hostilePage());
  });

  test('a long run does not make a heavy page', async () => {
    const dir = temporaryFolder();
    writeTrainRun(
      dir,
      Array.from({ length: 20_000 }, (_, i) => ({ step: i + 1, loss: Math.sin(i) })),
    );
    expect(renderPage(await loadBoard([dir])).length).toBeLessThan(40_000);
  });

  test('draws what a training run logged, by update, validations too', async () => {
    const { options, context, dir } = await trainingBench({ method: 'sft', updates: 3, validateEvery: 1 });
    await trainSft(options, context);
    const page = renderPage(await loadBoard([dir]));
    for (const metric of ['loss', 'grad_norm', 'eval/reward'])
      expect(page).toMatch(
        new RegExp(`<figcaption>${metric}</figcaption><svg [^]*?<path class="mean c0" d="M[^L]+L[^L]+L`),
      );
  });

  test('a metric that never changes is drawn', async () => {
    const dir = temporaryFolder();
    writeTrainRun(dir, [
      { step: 1, loss: 0 },
      { step: 2, loss: 0 },
    ]);
    expect(renderPage(await loadBoard([dir]))).not.toMatch(/NaN|Infinity|undefined/);
  });
});

const browser = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
);

describe.skipIf(browser === undefined)('in a browser (needs Debian’s chromium)', () => {
  test('hostile names stay text and every part is laid out', async () => {
    const file = join(temporaryFolder(), 'page.html');
    writeFileSync(file, await hostilePage());
    const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--virtual-time-budget=2000', '--dump-dom'];
    const dom = execFileSync(browser!, [...flags, `file://${file}`], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    expect(dom).toContain('<title>Stepwright leaderboard</title>');
    expect(dom).not.toMatch(/<script|<img/);
    expect(dom.match(/<svg /g)).toHaveLength(4);
  });
});

describe('ticks are round numbers that span the values', () => {
  test.each([
    [0, 1, 4, [0, 0.25, 0.5, 0.75, 1]],
    [0, 200, 5, [0, 50, 100, 150, 200]],
    [0.31, 0.79, 4, [0.2, 0.4, 0.6, 0.8]],
    [-1, 1, 4, [-1, -0.5, 0, 0.5, 1]],
    [3e-4, 5e-4, 4, [3e-4, 3.5e-4, 4e-4, 4.5e-4, 5e-4]],
  ])('from %d to %d', (from, to, count, expected) => {
    expect(ticks(from, to, count)).toEqual(expected);
  });

  test('even for a single value', () => {
    for (const value of [0, 5, -3]) {
      const marks = ticks(value, value, 4);
      expect(marks.at(0)).toBeLessThanOrEqual(value);
      expect(marks.at(-1)).toBeGreaterThan(marks.at(0)!);
    }
  });
});

test('the tag escapes values and leaves its own markup', () => {
  expect(html`<b title="${'"<'}">${['a&', 'b&'].map((name) => html`<i>${name}</i>`)}</b>`.text).toBe(
    '<b title="&quot;&lt;"><i>a&amp;</i><i>b&amp;</i></b>',
  );
});
