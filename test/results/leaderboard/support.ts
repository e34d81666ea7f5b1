// Run folders as `score` and `train` leave them.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { wilson95 } from '../../../src/results/evaluate/wilson.ts';

export function writeScoreRun(dir: string, name: string, resolved: number, total: number, more: object = {}): void {
  mkdirSync(dir, { recursive: true });
  const report = {
    name,
    resolved_instances: resolved,
    submitted_instances: total,
    resolve_rate: resolved / total,
    wilson95: wilson95(resolved, total),
    ...more,
  };
  writeFileSync(join(dir, 'report.json'), JSON.stringify(report));
}

export function writeTrainRun(dir: string, rows: readonly object[]): void {
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'metrics.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
}
