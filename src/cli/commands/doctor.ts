// `doctor`: what works on this machine, and what to do about the rest. Changes nothing.
import { styleText } from 'node:util';
import { z } from 'zod';
import { jsonField } from '../../core/options/vocabulary.ts';
import { printable } from '../../core/run/printable.ts';
import { openBackend } from '../../learning/student/backend/backend.ts';
import type { Check } from '../../world/sandbox/health/check.ts';
import { sandboxChecks } from '../../world/sandbox/health/health.ts';
import { registryChecks } from '../../world/sandbox/health/registries.ts';
import { defineCommand } from '../options/command.ts';
import { EXIT, printJson, printStyled } from '../output.ts';

const KEY = 'ANTHROPIC_API_KEY';
const MARKS = {
  ok: styleText('green', '✓'),
  later: '·',
  missing: styleText('yellow', '–'),
  broken: styleText('red', '✗'),
};

export const doctorCommand = defineCommand({
  name: 'doctor',
  about: 'Checks what works on this machine and says what to do about the rest. Changes nothing.',
  options: z.object({ json: jsonField('{ok, checks}') }),
  examples: ['stepwright doctor'],
  async run({ json }) {
    const groups = await Promise.all([sandboxChecks(), registryChecks(), trainingChecks()]);
    const checks = [...groups.flat(), keyCheck()];
    const ok = !checks.some(({ status }) => status === 'broken');
    process.exitCode = ok ? EXIT.done : EXIT.usage;
    if (json) printJson({ ok, checks });
    else for (const check of checks) printStyled(lineOf(check));
  },
});

const lineOf = ({ name, status, detail, todo }: Check): string =>
  `${MARKS[status]} ${printable(`${name}: ${detail}`)}${todo ? `\n    → ${printable(todo)}` : ''}`;

/** The backend that training would take, and why not a faster one. */
async function trainingChecks(): Promise<Check[]> {
  const { chosen, detail, skipped } = await openBackend('auto');
  const missing = skipped.map(({ name, why }): Check => ({ name: `backend ${name}`, status: 'missing', detail: why }));
  return [{ name: `backend ${chosen}`, status: 'ok', detail: `used for training; ${detail}` }, ...missing];
}

const keyCheck = (): Check =>
  process.env[KEY]
    ? { name: KEY, status: 'ok', detail: 'set' }
    : {
        name: KEY,
        status: 'missing',
        detail: 'not set',
        todo: 'only for the teacher `anthropic`; nothing that ships needs it',
      };
