// `sandbox reap` removes what dead runs left; `sandbox conformance` tries a backend against the contract.
import { Command, Option } from 'commander';
import { interruptSignal } from '../../core/run/interrupt.ts';
import { createReporter } from '../../core/run/reporter.ts';
import type { CaseOutcome } from '../../world/sandbox/conformance/conformance.ts';
import type { BackendName } from '../../world/sandbox/conformance/open.ts';
import { renderOutcomes } from '../../world/sandbox/conformance/table.ts';
import { reap } from '../../world/sandbox/container/reaper.ts';
import { requireEngine } from '../../world/sandbox/engine/ensure-engine.ts';
import { EXIT, printJson, printStyled, printText } from '../output.ts';

export const sandboxCommand = (): Command =>
  new Command('sandbox')
    .addCommand(reapCommand())
    .addCommand(conformanceCommand())
    .addHelpText('after', '\nExamples:\n  stepwright sandbox reap\n  stepwright sandbox conformance --backend podman');

const reapCommand = (): Command =>
  new Command('reap')
    .description(
      'remove the containers and snapshots of runs that were killed or are past their deadline, and nothing else',
    )
    .option('--json', 'print {removed} as the last line of stdout')
    .action(async ({ json }: { json?: boolean }) => {
      const { docker } = await requireEngine();
      const removed = await reap(docker);
      createReporter()({ type: 'note', text: `${removed.length} containers and snapshots removed` });
      if (json) printJson({ removed });
    });

interface ConformanceFlags {
  backend: BackendName;
  image?: string;
  json?: boolean;
}

const conformanceCommand = (): Command =>
  new Command('conformance')
    .description('try every promise of the sandbox on a backend: exit code 1 when one is not kept')
    .addOption(new Option('--backend <name>', 'whose containers').choices(['docker', 'podman']).default('docker'))
    .option(
      '--image <name>',
      "an image that the engine has (default: one made of this machine's busybox, bash and git)",
    )
    .option('--json', 'print {backend, passed, failed, skipped, gaps, cases} as the last line of stdout')
    .addHelpText('after', '\nExample:\n  stepwright sandbox conformance --backend podman --json')
    .action(async ({ backend: name, image, json }: ConformanceFlags) => {
      const { runConformance } = await import('../../world/sandbox/conformance/conformance.ts');
      const { openConformance } = await import('../../world/sandbox/conformance/open.ts');
      const emit = createReporter();
      await using opened = await openConformance(name, emit);
      const tried = image ?? (await opened.image('full'));
      emit({ type: 'note', text: `trying the sandbox contract on ${name}, in ${tried}` });
      const cases = await runConformance(opened.backend, tried, { signal: interruptSignal() });
      const count = (wanted: CaseOutcome['outcome']) => cases.filter(({ outcome }) => outcome === wanted).length;
      const counts = { passed: count('passed'), failed: count('failed'), skipped: count('skipped') };
      if (counts.failed > 0) process.exitCode = EXIT.someFailed;
      printStyled(renderOutcomes(cases));
      const gaps = await opened.gaps(tried);
      for (const gap of gaps) emit({ type: 'warn', text: gap });
      printText(`\n${name}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
      if (json) printJson({ backend: name, ...counts, gaps, cases });
    });
