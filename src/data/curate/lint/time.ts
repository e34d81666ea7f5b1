// Whether time goes forwards.
import type { Trajectory } from '../../../core/schema/trajectory.ts';
import type { Fault } from './rule.ts';

export function* checkTime({ steps }: Trajectory): Generator<Fault> {
  let last = { at: Number.NEGATIVE_INFINITY, step: 0 };
  for (const [k, { time }] of steps.entries()) {
    if (time === undefined) continue;
    const at = Date.parse(time);
    if (Number.isNaN(at)) yield { step: k, message: '`time` is not ISO 8601' };
    else if (at < last.at) yield { step: k, message: `starts ${seconds(last.at - at)} before step ${last.step}` };
    else last = { at, step: k };
  }
}

const seconds = (ms: number): string => `${ms / 1000} s`;
