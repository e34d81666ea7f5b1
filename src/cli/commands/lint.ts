// `lint`: what is wrong with trajectories, and a copy of them without secrets.
import { z } from 'zod';
import { maxRowBytesOf, rowLimitField } from '../../core/io/row-limit.ts';
import { openRowWriter } from '../../core/io/row-writer.ts';
import type { BadRow } from '../../core/io/rows.ts';
import { list, onOff } from '../../core/options/fields.ts';
import { option } from '../../core/options/option.ts';
import { jsonField, outField } from '../../core/options/vocabulary.ts';
import { silent } from '../../core/run/events.ts';
import { interruptSignal } from '../../core/run/interrupt.ts';
import { pushAll } from '../../core/run/large-arrays.ts';
import { createReporter } from '../../core/run/reporter.ts';
import { ConfigError } from '../../core/schema/errors.ts';
import { type Finding, openLinter } from '../../data/curate/lint/lint.ts';
import { severities } from '../../data/curate/lint/rule.ts';
import { ruleNames, rules } from '../../data/curate/lint/rules.ts';
import { rulesField, similarityField } from '../../data/curate/options.ts';
import { redactTrajectory } from '../../data/curate/secrets/redact.ts';
import { reachOf } from '../../data/step/reach.ts';
import { readTrajectoryRows } from '../../data/trajectory/read.ts';
import { openRejected, writeUnlessTooLong } from '../../data/trajectory/rejected.ts';
import { createUnusedTally, describeUnused } from '../../data/trajectory/unused.ts';
import { defineCommand } from '../options/command.ts';
import { EXIT, printJson, printStyled } from '../output.ts';
import { renderFindings } from '../reports/lint.ts';

const schema = z.object({
  paths: option(list(z.string()), 'files of trajectories in any format that `convert` reads, or folders of them'),
  rule: rulesField('check only these rules'),
  ignore: rulesField('do not check these rules'),
  failOn: option(z.enum(severities).default('error'), 'exit with 1 when there are findings of at least this severity', {
    value: 'severity',
  }),
  similarity: similarityField,
  maxRowMib: rowLimitField,
  redact: option(onOff, 'write a copy to --out in which placeholders replace secrets and mail addresses'),
  out: outField('JSONL file for the redacted trajectories (.gz too)').optional(),
  json: jsonField('the findings, instead of the table,'),
});

const rulesHelp = ruleNames.map(
  (name) => `  ${name.padEnd(21)} ${rules[name].severity.padEnd(8)} ${rules[name].about}`,
);

export const lintCommand = defineCommand({
  name: 'lint',
  about: 'Reports what is wrong with trajectories, and writes a copy without secrets.',
  options: schema,
  positional: 'paths',
  help: `Rules:\n${rulesHelp.join('\n')}`,
  examples: ['stepwright lint trajectories/upstream.jsonl --ignore near_duplicate --fail-on warning'],
  run: lint,
});

async function lint(options: z.output<typeof schema>): Promise<void> {
  const { paths, rule = ruleNames, ignore = [], failOn, similarity, redact, out, json } = options;
  const maxRowBytes = maxRowBytesOf(options);
  if (redact !== (out !== undefined)) throw new ConfigError('--redact and --out go together: give both, or neither.');
  const names = rule.filter((name) => !ignore.includes(name));
  const linter = openLinter(names, { reachOf, similarity });
  const emit = createReporter();
  await using copy = out === undefined ? undefined : await openRowWriter(out, { maxRowBytes });
  await using aside = out === undefined ? undefined : await openRejected(out, silent); // told as findings
  const findings: Finding[] = [];
  const counts = { trajectories: 0, steps: 0, rejected: 0, errors: 0, warnings: 0, redacted: 0 };
  const unused = createUnusedTally();
  const refuse = async (row: BadRow): Promise<void> => {
    pushAll(findings, linter.refuse(row));
    await aside?.reject(row);
    counts.rejected += 1;
  };
  for await (const row of readTrajectoryRows(paths, { emit, maxRowBytes, signal: interruptSignal() })) {
    if ('why' in row) {
      await refuse(row);
      continue;
    }
    counts.trajectories += 1;
    counts.steps += row.trajectory.steps.length;
    unused.add(row.unused);
    pushAll(findings, await linter.lint(row.trajectory, row.place));
    if (copy === undefined) continue;
    const { trajectory, redacted } = redactTrajectory(row.trajectory);
    const tooLong = await writeUnlessTooLong(copy, trajectory, row.place);
    if (tooLong === undefined) counts.redacted += redacted;
    else await refuse(tooLong);
  }
  await copy?.commit();
  await aside?.commit();
  counts.errors = findings.filter(({ severity }) => severity === 'error').length;
  counts.warnings = findings.length - counts.errors;
  if (json) printJson({ ...counts, ...unused.counts(), findings });
  else if (findings.length > 0) printStyled(renderFindings(findings));
  const { trajectories, steps, rejected, errors, warnings, redacted } = counts;
  if (out !== undefined) emit({ type: 'note', text: `${redacted} secrets replaced → ${out}` });
  emit({
    type: 'note',
    text: `${trajectories} trajectories, ${steps} steps: ${errors} errors, ${warnings} warnings${describeUnused({ ...unused.counts(), rejected })}`,
  });
  if (trajectories === 0 || errors > 0 || (failOn === 'warning' && warnings > 0)) process.exitCode = EXIT.someFailed;
}
