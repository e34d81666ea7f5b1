// One metric of several training runs as an inline SVG: the measured points thin, their running mean thick.
import { type Html, html, trusted } from './html.ts';

export interface Line {
  /** Index of the run's colour. */
  colour: number;
  points: { step: number; value: number }[];
}

const WIDTH = 420;
const HEIGHT = 200;
const LEFT = 46;
const RIGHT = 16;
const TOP = 8;
const BOTTOM = 24;

export function renderCurve(title: string, lines: readonly Line[]): Html {
  const points = lines.flatMap((line) => line.points);
  const [, lastStep] = extentOf(points.map(({ step }) => step));
  const steps = ticks(0, Math.max(1, lastStep), 5);
  const values = ticks(...extentOf(points.map(({ value }) => value)), 4);
  const x = scale(0, Math.max(1, lastStep), LEFT, WIDTH - RIGHT);
  const y = scale(values.at(0)!, values.at(-1)!, HEIGHT - BOTTOM, TOP);
  return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}">
${values.map((value) => html`<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(value)}" y2="${y(value)}"/><text class="tick" x="${LEFT - 6}" y="${y(value) + 3.5}" text-anchor="end">${short(value)}</text>`)}
${steps.filter((step) => x(step) <= WIDTH - RIGHT).map((step) => html`<text class="tick" x="${x(step)}" y="${HEIGHT - 8}" text-anchor="middle">${short(step)}</text>`)}
${lines.map(({ colour, points }) => {
  const thinned = thin(points);
  return html`<path class="raw c${colour}" d="${path(thinned, x, y)}"/><path class="mean c${colour}" d="${path(smooth(thinned), x, y)}"/>`;
})}
</svg>`;
}

type Points = Line['points'];
type Scale = (value: number) => number;

/** Of as many numbers as there are: they do not fit on the stack as arguments. */
const extentOf = (values: readonly number[]): [number, number] =>
  values.reduce<[number, number]>(
    ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );

const scale =
  (from: number, to: number, low: number, high: number): Scale =>
  (value) =>
    round(to === from ? (low + high) / 2 : low + ((value - from) / (to - from)) * (high - low));

const round = (value: number): number => Math.round(value * 10) / 10;

const path = (points: Points, x: Scale, y: Scale): Html =>
  trusted(points.map(({ step, value }, index) => `${index === 0 ? 'M' : 'L'}${x(step)} ${y(value)}`).join(''));

/** Round numbers that span [from, to]. */
export function ticks(from: number, to: number, count: number): number[] {
  const span = to - from || Math.abs(to) || 1;
  const rough = span / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough * (1 - 1e-9)) ?? 10);
  const first = Math.floor(from / step + 1e-9);
  const last = Math.ceil(to / step - 1e-9);
  return Array.from({ length: Math.max(1, last - first) + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

const MOST_POINTS = 300;

/** Means of neighbours, so that a long run does not make a heavy page. */
function thin(points: Points): Points {
  const size = Math.ceil(points.length / MOST_POINTS);
  if (size <= 1) return points;
  const buckets = Array.from({ length: Math.ceil(points.length / size) }, (_, i) =>
    points.slice(i * size, (i + 1) * size),
  );
  return buckets.map((bucket) => ({
    step: bucket.at(-1)!.step,
    value: bucket.reduce((sum, { value }) => sum + value, 0) / bucket.length,
  }));
}

/** Mean over the neighbours on both sides, a tenth of the points in all: no lag behind the curve. */
function smooth(points: Points): Points {
  const reach = Math.floor(points.length / 20);
  return points.map(({ step }, at) => {
    const near = points.slice(Math.max(0, at - reach), at + reach + 1);
    return { step, value: near.reduce((sum, { value }) => sum + value, 0) / near.length };
  });
}

function short(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e6) return `${Number((value / 1e6).toPrecision(3))}M`;
  if (size >= 1e4) return `${Number((value / 1e3).toPrecision(3))}k`;
  if (size !== 0 && size < 1e-3) return value.toExponential(0);
  return String(Number(value.toPrecision(3)));
}
