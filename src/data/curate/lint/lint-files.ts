// `lintTrajectories`: what is wrong with the trajectories in files, and a copy of them without secrets. The command `lint` is this with a
// command line.
import { maxRowBytesOf } from '../../../core/io/row-limit.ts';
import { openRowWriter } from '../../../core/io/row-writer.ts';
import type { BadRow } from '../../../core/io/rows.ts';
import { type RunControl, resolveRunOptions } from '../../../core/run/application.ts';
import { silent } from '../../../core/run/events.ts';
import { pushAll } from '../../../core/run/large-arrays.ts';
import { ConfigError } from '../../../core/schema/errors.ts';
import { writeScopeOf } from '../../step/write-scope.ts';
import { readTrajectoryRows } from '../../trajectory/read.ts';
import type { TrajectoryRow } from '../../trajectory/read-row.ts';
import { openRejected, writeUnlessTooLong } from '../../trajectory/rejected.ts';
import { createUnusedTally, type UnusedCounts } from '../../trajectory/unused.ts';
import { redactTrajectory } from '../secrets/redact.ts';
import { type Finding, openLinter } from './lint.ts';
import { type LintTrajectoriesOptions, lintSchema } from './options.ts';
import { ruleNames } from './rules.ts';

export interface LintResult extends UnusedCounts {
  trajectories: number;
  steps: number;
  /** Rows that are no trajectories, or too long once redacted. */
  rejected: number;
  errors: number;
  warnings: number;
  /** Secrets replaced in the copy. */
  redacted: number;
  findings: Finding[];
}

export async function lintTrajectories(
  given: LintTrajectoriesOptions,
  { onEvent: emit = silent, signal }: RunControl = {},
): Promise<LintResult> {
  const { options } = await resolveRunOptions(lintSchema, given);
  const { paths, rule = ruleNames, ignore = [], similarity, redact, out } = options;
  if (redact !== (out !== undefined)) throw new ConfigError('--redact and --out go together: give both, or neither.');
  const maxRowBytes = maxRowBytesOf(options);
  const names = rule.filter((name) => !ignore.includes(name));
  const linter = openLinter(names, { writeScopeOf, similarity });
  await using copy = out === undefined ? undefined : await openCopy(out, maxRowBytes);
  const findings: Finding[] = [];
  const counts = { trajectories: 0, steps: 0, rejected: 0 };
  const unused = createUnusedTally();
  const refuse = async (row: BadRow): Promise<void> => {
    pushAll(findings, linter.refuse(row));
    await copy?.reject(row);
    counts.rejected += 1;
  };
  for await (const row of readTrajectoryRows(paths, { emit, maxRowBytes, signal })) {
    if ('why' in row) {
      await refuse(row);
      continue;
    }
    counts.trajectories += 1;
    counts.steps += row.trajectory.steps.length;
    unused.add(row.unused);
    pushAll(findings, await linter.lint(row.trajectory, row.place));
    const tooLong = await copy?.write(row);
    if (tooLong !== undefined) await refuse(tooLong);
  }
  await copy?.commit();
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const severities = { errors, warnings: findings.length - errors };
  return { ...counts, ...severities, redacted: copy?.redacted() ?? 0, ...unused.counts(), findings };
}

interface RedactedCopy extends AsyncDisposable {
  /** Gives back a row that is too long to be read again. */
  write(row: TrajectoryRow): Promise<BadRow | undefined>;
  reject(row: BadRow): Promise<void>;
  /** Secrets replaced so far. */
  redacted(): number;
  commit(): Promise<void>;
}

async function openCopy(out: string, maxRowBytes: number): Promise<RedactedCopy> {
  const file = await openRowWriter(out, { maxRowBytes });
  const rejected = await openRejected(out, silent); // they are reported as findings
  let replaced = 0;
  return {
    async write(row) {
      const { trajectory, redacted } = redactTrajectory(row.trajectory);
      const tooLong = await writeUnlessTooLong(file, trajectory, row.place);
      if (tooLong === undefined) replaced += redacted;
      return tooLong;
    },
    reject: rejected.reject,
    redacted: () => replaced,
    async commit() {
      await file.commit();
      await rejected.commit();
    },
    async [Symbol.asyncDispose]() {
      await rejected[Symbol.asyncDispose]();
      await file[Symbol.asyncDispose]();
    },
  };
}
