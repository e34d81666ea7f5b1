// The linter: every chosen rule on every trajectory, in the order of the rows. Holds one trajectory at a time.
import type { BadRow } from '../../../core/io/rows.ts';
import type { Trajectory } from '../../../core/schema/trajectory.ts';
import type { LinePlace, LintContext, Severity } from './rule.ts';
import { type RuleName, rules } from './rules.ts';

export interface Finding {
  rule: RuleName;
  severity: Severity;
  file: string;
  line: number;
  /** Of a row that cannot be read. */
  byte_offset?: number;
  /** Absent for a row that cannot be read. */
  trajectory_id?: string;
  /** From 0; absent when it is of the whole trajectory. */
  step?: number;
  message: string;
}

export interface Linter {
  lint(trajectory: Trajectory, place: LinePlace): Promise<Finding[]>;
  /** A row that is no trajectory, and why. */
  refuse(row: BadRow): Finding[];
}

export function openLinter(names: readonly RuleName[], context: LintContext): Linter {
  const checks = names.map((rule) => ({ rule, check: rules[rule].open(context) }));
  return {
    async lint(trajectory, place) {
      const { trajectory_id } = trajectory;
      const findings: Finding[] = [];
      for (const { rule, check } of checks)
        for (const fault of await check(trajectory, place))
          findings.push({ ...told(rule, place), trajectory_id, ...fault });
      return findings;
    },
    refuse: ({ why, byteOffset, index, ...place }) => {
      const message = index === undefined ? why : `row ${index + 1}: ${why}`;
      return names.includes('schema') ? [{ ...told('schema', place), byte_offset: byteOffset, message }] : [];
    },
  };
}

const told = (rule: RuleName, { file, line }: LinePlace): Pick<Finding, 'rule' | 'severity' | 'file' | 'line'> => ({
  rule,
  severity: rules[rule].severity,
  file,
  line,
});
