// `lint`: what is wrong with trajectories, and a copy of them without secrets.
import { Command, Option } from 'commander';
import { openRowWriter } from '../../core/io/row-writer.ts';
import { silent } from '../../core/run/events.ts';
import { interruptSignal } from '../../core/run/interrupt.ts';
import { createReporter } from '../../core/run/reporter.ts';
import { ConfigError } from '../../core/schema/errors.ts';
import { type Finding, openLinter } from '../../data/curate/lint/lint.ts';
import { type Severity, severities } from '../../data/curate/lint/rule.ts';
import { type RuleName, ruleNames, rules } from '../../data/curate/lint/rules.ts';
import { redactTrajectory } from '../../data/curate/secrets/redact.ts';
import { reachOf } from '../../data/step/reach.ts';
import { readTrajectoryRows } from '../../data/trajectory/read.ts';
import { openRejected } from '../../data/trajectory/rejected.ts';
import { renderFindings } from '../lint-table.ts';
import { rulesOption, similarityOption } from '../options/lint-options.ts';
import { rowLimitOption } from '../options/row-limit.ts';
import { EXIT, printJson, printStyled } from '../output.ts';

interface Options {
  rule?: RuleName[];
  ignore?: RuleName[];
  failOn: Severity;
  similarity: number;
  maxRowMib: number;
  redact?: boolean;
  out?: string;
  json?: boolean;
}

export function lintCommand(): Command {
  const about = ruleNames.map((name) => `  ${name.padEnd(21)} ${rules[name].severity.padEnd(8)} ${rules[name].about}`);
  return new Command('lint')
    .argument('<paths...>', 'files of trajectories in any format that `convert` reads, or folders of them')
    .addOption(rulesOption('--rule <name...>', 'only these rules'))
    .addOption(rulesOption('--ignore <name...>', 'all rules but these'))
    .addOption(
      new Option('--fail-on <severity>', 'exit with 1 when there are findings as severe as that')
        .choices(severities)
        .default('error'),
    )
    .addOption(similarityOption())
    .addOption(rowLimitOption())
    .option('--redact', 'write a copy to --out in which placeholders stand for secrets and mail addresses')
    .option('--out <file>', 'JSONL of the redacted trajectories (.gz too)')
    .option('--json', 'print the findings as the last line of stdout, instead of the table')
    .addHelpText(
      'after',
      `\nRules:\n${about.join('\n')}\n\nExample:\n  stepwright lint trajectories/upstream.jsonl --ignore near_duplicate --fail-on warning`,
    )
    .action(lint);
}

async function lint(paths: string[], options: Options): Promise<void> {
  const {
    rule = ruleNames,
    ignore = [],
    failOn,
    similarity,
    maxRowMib: maxRowBytes,
    redact = false,
    out,
    json,
  } = options;
  if (redact !== (out !== undefined)) throw new ConfigError('--redact and --out go together: give both, or neither.');
  const names = rule.filter((name) => !ignore.includes(name));
  const linter = openLinter(names, { reachOf, similarity });
  const emit = createReporter();
  await using copy = out === undefined ? undefined : await openRowWriter(out);
  await using aside = out === undefined ? undefined : await openRejected(out, silent); // told as findings
  const findings: Finding[] = [];
  const counts = { trajectories: 0, steps: 0, errors: 0, warnings: 0, redacted: 0 };
  for await (const row of readTrajectoryRows(paths, { emit, maxRowBytes, signal: interruptSignal() })) {
    if ('why' in row) {
      findings.push(...linter.refuse(row));
      await aside?.reject(row);
      continue;
    }
    counts.trajectories += 1;
    counts.steps += row.trajectory.steps.length;
    findings.push(...(await linter.lint(row.trajectory, row.place)));
    if (copy === undefined) continue;
    const { trajectory, redacted } = redactTrajectory(row.trajectory);
    counts.redacted += redacted;
    await copy.write(trajectory);
  }
  await copy?.commit();
  await aside?.commit();
  counts.errors = findings.filter(({ severity }) => severity === 'error').length;
  counts.warnings = findings.length - counts.errors;
  if (json) printJson({ ...counts, findings });
  else if (findings.length > 0) printStyled(renderFindings(findings));
  const { trajectories, steps, errors, warnings, redacted } = counts;
  if (out !== undefined) emit({ type: 'note', text: `${redacted} secrets replaced → ${out}` });
  emit({ type: 'note', text: `${trajectories} trajectories, ${steps} steps: ${errors} errors, ${warnings} warnings` });
  if (errors > 0 || (failOn === 'warning' && warnings > 0)) process.exitCode = EXIT.someFailed;
}
