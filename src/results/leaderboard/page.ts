// The leaderboard as one HTML file: no script, no network, every name escaped, light and dark.
import { maxOf } from '../../core/run/large-arrays.ts';
import { type Line, renderCurve } from './curve.ts';
import { interval, numberOr, percent, rungsOf } from './format.ts';
import { type Html, html, trusted } from './html.ts';
import type { Board, Curves, Row } from './rows.ts';
import { COLOURS, style } from './style.ts';

export function renderPage({ rows, curves }: Board): string {
  return `<!doctype html>\n${
    html`<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Stepwright leaderboard</title>
<style>${trusted(style)}</style>
</head>
<body>
<main>
<h1>Stepwright leaderboard</h1>
<p>Resolved: every test that must pass, passes in a fresh sandbox. The denominator is all submitted instances. The line across a bar is the 95 % Wilson interval.</p>
${rows.length > 0 ? renderRows(rows) : html``}
${rungsOf(rows).length > 0 ? renderLadder(rows) : html``}
${curves.length > 0 ? renderCurves(curves) : html``}
</main>
</body>
</html>`.text
  }\n`;
}

function renderRows(rows: readonly Row[]): Html {
  const best = maxOf(rows.map(({ resolve_rate }) => resolve_rate));
  return html`<div class="card"><table>
<thead><tr><th scope="col">Model</th><th scope="col">Resolved</th><th scope="col">Rate</th><th scope="col" class="wide">0 – 100 %</th><th scope="col">Step reward</th><th scope="col">Steps</th><th scope="col">Tokens</th></tr></thead>
<tbody>
${rows.map(
  (row) => html`<tr><td>${row.name}</td><td>${row.resolved}<small>/${row.total}</small></td>
<td class="${row.resolve_rate === best && best > 0 ? 'best' : ''}">${percent(row.resolve_rate)}<br><small>${interval(row.wilson95)}</small></td>
<td class="wide">${renderInterval(row)}</td>
<td>${numberOr(row.step_reward, 3)}</td><td>${numberOr(row.steps_mean, 1)}</td><td>${numberOr(row.tokens_mean, 0)}</td></tr>
`,
)}</tbody></table></div>`;
}

/** A bar up to the rate, the interval across its end. */
function renderInterval({ name, resolve_rate, wilson95: [low, high] }: Row): Html {
  const x = (share: number): number => Math.round(share * 1000) / 10;
  return html`<svg class="interval" viewBox="0 0 100 22" preserveAspectRatio="none" role="img" aria-label="${name}: ${percent(resolve_rate)}, ${interval([low, high])}">
<rect class="track" x="0" y="5" width="100" height="12"/><rect class="bar" x="0" y="5" width="${x(resolve_rate)}" height="12"/>
<path class="whisker" d="M${x(low)} 11H${x(high)}M${x(low)} 7V15M${x(high)} 7V15"/><rect class="point" x="${Math.max(0, x(resolve_rate) - 0.3)}" y="3" width="0.6" height="16"/></svg>`;
}

function renderLadder(rows: readonly Row[]): Html {
  const rungs = rungsOf(rows);
  return html`<h2>By generalization level</h2>
<div class="card"><table>
<thead><tr><th scope="col">Model</th>${rungs.map((rung) => html`<th scope="col">${rung}</th>`)}</tr></thead>
<tbody>
${rows.map(({ name, rungs: counts }) => html`<tr><td>${name}</td>${rungs.map((rung) => renderRung(counts[rung]))}</tr>\n`)}</tbody></table></div>`;
}

function renderRung(count: Row['rungs'][string] | undefined): Html {
  if (count === undefined) return html`<td>–</td>`;
  const share = count.total === 0 ? 0 : count.resolved / count.total;
  return html`<td class="rung" style="--share:${share.toFixed(3)}"><span>${percent(share)} <small>${count.resolved}/${count.total}</small></span></td>`;
}

/** Shown in this order; what else a run logged is folded away below. */
const FIRST = [
  'eval/reward',
  'reward',
  'reward_std',
  'loss',
  'eval/exact',
  'frac_reward_zero_std',
  'entropy',
  'grad_norm',
];

function renderCurves(curves: readonly Curves[]): Html {
  const logged = new Set(curves.flatMap(({ metrics }) => Object.keys(metrics)));
  const first = FIRST.filter((metric) => logged.has(metric));
  const others = [...logged].filter((metric) => !FIRST.includes(metric)).sort();
  return html`<h2>Training</h2>
<ul class="legend">${curves.map(({ name }, index) => html`<li><i class="c${index % COLOURS}"></i>${name}</li>`)}</ul>
${renderFigures(first, curves)}
${others.length > 0 ? html`<details><summary>${others.length} more</summary>${renderFigures(others, curves)}</details>` : html``}`;
}

const renderFigures = (metrics: readonly string[], curves: readonly Curves[]): Html =>
  html`<div class="curves">
${metrics.map((metric) => html`<figure><figcaption>${metric}</figcaption>${renderCurve(metric, linesOf(metric, curves))}</figure>\n`)}</div>`;

/** A run keeps its colour on every figure. */
const linesOf = (metric: string, curves: readonly Curves[]): Line[] =>
  curves.flatMap(({ metrics }, index) => {
    const points = metrics[metric];
    return points === undefined ? [] : [{ colour: index % COLOURS, points }];
  });
