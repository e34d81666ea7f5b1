// `lint`: what is wrong with trajectories, and a copy of them without secrets.
import { z } from 'zod';
import { option } from '../../core/options/option.ts';
import { jsonField } from '../../core/options/vocabulary.ts';
import { interruptSignal } from '../../core/run/interrupt.ts';
import { createReporter } from '../../core/run/reporter.ts';
import { lintTrajectories } from '../../data/curate/lint/lint-files.ts';
import { lintSchema } from '../../data/curate/lint/options.ts';
import { severities } from '../../data/curate/lint/rule.ts';
import { defineCommand } from '../options/command.ts';
import { EXIT, printJson, printStyled } from '../output.ts';
import { emitLintReport, lintHelp, renderFindings } from '../reports/lint.ts';

const schema = lintSchema.extend({
  failOn: option(z.enum(severities).default('error'), 'exit with 1 when there are findings of at least this severity', {
    value: 'severity',
  }),
  json: jsonField('the findings, instead of the table,'),
});

export const lintCommand = defineCommand({
  name: 'lint',
  about: 'Reports what is wrong with trajectories, and writes a copy without secrets.',
  options: schema,
  positional: 'paths',
  help: lintHelp(),
  examples: ['stepwright lint trajectories/upstream.jsonl --ignore near_duplicate --fail-on warning'],
  run: lint,
});

async function lint({ failOn, json, ...options }: z.output<typeof schema>): Promise<void> {
  const emit = createReporter();
  const result = await lintTrajectories(options, { onEvent: emit, signal: interruptSignal() });
  if (json) printJson(result);
  else if (result.findings.length > 0) printStyled(renderFindings(result.findings));
  emitLintReport(result, options.out, emit);
  const failures = failOn === 'warning' ? result.findings.length : result.errors;
  const isCopyWhole = options.out === undefined || result.rejected === 0; // whatever rules say of a row that is not in it
  if (result.trajectories === 0 || failures > 0 || !isCopyWhole) process.exitCode = EXIT.someFailed;
}
