// A bash action taken apart: its simple commands, and the parts of it that could be actions of their own.
import { type ByteRange, createByteRanges } from './bash/byte-range.ts';
import { readCommands, type SimpleCommand } from './bash/commands.ts';
import { readPlainScript } from './bash/plain.ts';
import { loadBashSyntax } from './bash/syntax.ts';
import { type Range, readUnits } from './bash/units.ts';

export type { SimpleCommand };

export interface Script {
  /** False when the grammar finds an error: the script is then kept whole, as one nameless command and one unit. */
  parsed: boolean;
  /** Those in pipes, lists, loops and substitutions too, in the order of the script. */
  commands: SimpleCommand[];
  /** Parts that do the same when each is run for itself, one after the other in one shell; made when they are asked for. */
  readonly units: ScriptUnit[];
}

export interface ScriptUnit {
  text: string;
  bytes: ByteRange;
  commands: SimpleCommand[];
}

/** `cwd`: where the script starts, if it is known. */
export type ParseScript = (script: string, cwd?: string) => Script;

/** Loads the grammar once a process. */
export async function loadBash(): Promise<ParseScript> {
  const readSyntax = await loadBashSyntax();
  return (script, cwd) => {
    const bytesOf = createByteRanges(script);
    const plain = readPlainScript(script, bytesOf, cwd);
    if (plain !== undefined) return assemble(script, plain.commands, () => plain.units, bytesOf);
    const root = readSyntax(script);
    if (root === undefined) return keepWhole(script, bytesOf(0, script.length), cwd);
    return assemble(script, readCommands(root, script, bytesOf, cwd), () => readUnits(root), bytesOf);
  };
}

function assemble(
  script: string,
  commands: SimpleCommand[],
  ranges: () => readonly Range[],
  bytesOf: ReturnType<typeof createByteRanges>,
): Script {
  return {
    parsed: true,
    commands,
    get units() {
      return ranges().map(([start, end]) => {
        const bytes = bytesOf(start, end);
        return { text: script.slice(start, end), bytes, commands: commands.filter((command) => isIn(command, bytes)) };
      });
    },
  };
}

function keepWhole(text: string, bytes: ByteRange, cwd: string | undefined): Script {
  const whole = { name: '', args: [], assignments: [], text, bytes, redirections: [], within: [] };
  const commands: SimpleCommand[] = [cwd === undefined ? whole : { ...whole, cwd }];
  return { parsed: false, commands, units: [{ text, bytes, commands }] };
}

const isIn = ({ bytes: [start, end] }: SimpleCommand, [from, to]: ByteRange): boolean => start >= from && end <= to;
