// Observation styles: how an agent frames and clips what a tool answered. A style belongs to the agent that recorded; its recordings are
// replayed in it.
import { firstCodePoints } from '../../world/sandbox/tools/python-text.ts';
import type { ToolContext, ToolResult } from '../../world/sandbox/tools/tool.ts';
import { clipObservation } from './clip.ts';

export interface ObservationStyle {
  name: 'stepwright' | 'swe-agent' | 'mini-swe-agent';
  dialect: ToolContext['dialect'];
  show(result: ToolResult): Shown;
}

export interface Shown {
  /** As the model is shown it. */
  observation: string;
  /** What of the output is recorded beside it, where the two differ. */
  raw_output?: string;
  clipped: boolean;
  /** The command was its agent's way to submit. */
  submitted?: boolean;
}

/** SWE-agent's frames, and the exit code where there is nothing else to see. `observationChars`: 0 = no limit. */
export const ownStyle = ({ observationChars }: { observationChars: number }): ObservationStyle => ({
  name: 'stepwright',
  dialect: 'stepwright',
  show({ output, exitCode, submitted }) {
    const shown = clipObservation(output, observationChars);
    const clipped = shown !== output;
    return {
      observation: submitted ? '' : renderObservation(shown, exitCode),
      clipped,
      ...(clipped && { raw_output: output }),
    };
  },
});

export function renderObservation(output: string, exitCode = 0): string {
  if (output !== '') return `OBSERVATION:\n${output}`;
  return exitCode === 0 ? NO_OUTPUT : `Your command ended with exit code ${exitCode} and did not produce any output.`;
}

const NO_OUTPUT = 'Your command ran successfully and did not produce any output.';

interface SweAgentStyle {
  terminal?: boolean;
  observationChars?: number;
  dialect?: Exclude<ToolContext['dialect'], 'stepwright'>;
}

/**
 * SWE-agent. `terminal`: recorded by a SWE-ReX that passed on what its terminal made of outputs: lines end in \r\n, and nothing is
 * blank at either end.
 */
export const sweAgentStyle = ({
  terminal = false,
  observationChars = 100_000,
  dialect = 'swe-agent',
}: SweAgentStyle = {}): ObservationStyle => ({
  name: 'swe-agent',
  dialect,
  show({ output, submitted }) {
    const plain = withoutEscapes(output);
    const raw_output = terminal && !submitted ? plain.trim().replaceAll(/\r?\n/g, '\r\n') : plain;
    const kept = firstCodePoints(raw_output, observationChars);
    const clipped = kept !== raw_output;
    const elided = [...raw_output.slice(kept.length)].length;
    if (clipped)
      return { observation: `Observation: ${kept}${elidedNote(observationChars, elided)}`, raw_output, clipped };
    if (submitted) return { observation: raw_output, clipped };
    return { observation: raw_output.trim() === '' ? NO_OUTPUT : `OBSERVATION:\n${raw_output}`, raw_output, clipped };
  },
});

const elidedNote = (kept: number, elided: number): string =>
  `<response clipped><NOTE>Observations should not exceeded ${kept} characters. ${elided} characters were elided. Please try a different command that produces less output or use head/tail/grep/redirect the output to a file. Do not use interactive pagers.</NOTE>`;

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences of terminals
const withoutEscapes = (text: string): string => text.replaceAll(/\x1b[@-_][0-?]*[ -/]*[@-~]/g, '');

/** mini-swe-agent's tags (version 1, and SWE-bench's configuration of version 2). The first line of what it submits says that it does. */
export const miniStyle: ObservationStyle = {
  name: 'mini-swe-agent',
  dialect: 'stepwright',
  show({ output, exitCode, timedOut }) {
    const [sentinel, ...submission] = output.trimStart().split(/(?<=\n)/);
    if (exitCode === 0 && SUBMITS.test(sentinel?.trim() ?? ''))
      return { observation: submission.join(''), raw_output: output, clipped: false, submitted: true };
    const observation = `<returncode>${timedOut ? -1 : exitCode}</returncode>\n${tagged(output)}`;
    return { observation, raw_output: output, clipped: !observation.includes(output) };
  },
};

const SUBMITS = /^(COMPLETE_TASK_AND_SUBMIT|MINI_SWE_AGENT)_FINAL_OUTPUT$/;
const MINI_CHARS = 10_000;

function tagged(output: string): string {
  const characters = [...output];
  if (characters.length < MINI_CHARS) return `<output>\n${output}</output>`;
  const head = characters.slice(0, MINI_CHARS / 2).join('');
  const tail = characters.slice(-MINI_CHARS / 2).join('');
  return `<warning>
The output of your last command was too long.
Please try a different command that produces less output.
If you're looking at a file you can try use head, tail or sed to view a smaller number of lines selectively.
If you're using grep or find and it produced too much output, you can use a more selective search pattern.
If you really need to see something from the full command's output, you can redirect output to a file and then search in that file.
</warning><output_head>
${head}
</output_head>
<elided_chars>
${characters.length - MINI_CHARS} characters elided
</elided_chars>
<output_tail>
${tail}
</output_tail>`;
}
