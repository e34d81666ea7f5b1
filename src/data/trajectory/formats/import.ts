// A row of any known format → trajectories. Formats are told apart by what rows hold, so that a file may mix them.
import { z } from 'zod';
import type { BadRow, Row } from '../../../core/io/rows.ts';
import { messageOf } from '../../../core/schema/errors.ts';
import { keysOf } from '../../../core/schema/issue-text.ts';
import { type Place, type Trajectory, trajectorySchema } from '../../../core/schema/trajectory.ts';
import { type Format, FormatError, parseAs } from './format.ts';
import { atif } from './in/atif.ts';
import { anthropic, openai } from './in/chat-logs.ts';
import { harborTraces } from './in/harbor-traces.ts';
import { isMiniChat, mini } from './in/mini.ts';
import { nebius } from './in/nebius.ts';
import { isEvent, openhands } from './in/openhands.ts';
import { openhandsRows } from './in/openhands-rows.ts';
import { r2eGym } from './in/r2e-gym.ts';
import { stepwright } from './in/stepwright.ts';
import { sweAgent } from './in/swe-agent.ts';
import { sweSmith } from './in/swe-smith.ts';

/** In the order in which they are tried: a later one may take what an earlier one would have taken for its own. */
const FORMATS: readonly Format[] = [
  stepwright,
  atif,
  mini,
  sweAgent,
  nebius,
  r2eGym,
  harborTraces,
  openhands,
  openhandsRows,
  anthropic,
  sweSmith,
  openai,
];
export const formatNames = [...new Set(FORMATS.map(({ name }) => name))];

export interface ImportOptions {
  /** Told of every field of a row that is not read, once for each trajectory row. */
  onUnused?: (field: string) => void;
}

/** All trajectories of a row: none is lost for the sake of another that is bad. */
export function importRow(row: Row, options: ImportOptions = {}): (Trajectory | BadRow)[] {
  const { value, index, ...bad } = row;
  if (Array.isArray(value) && value.length > 0 && !isPart(value[0]))
    return value.flatMap((element, index) => importValue(element, bad, options, index));
  return importValue(value, bad, options, index);
}

/** Lists of such elements are trajectories; others hold some. */
export const isPart = (element: unknown): boolean => isChat([element]) || isEvent(element);

/** Why a row is nothing of what is read here; undefined when any of it may be. */
export function whyUnknown(items: readonly (BadRow | object)[]): string | undefined {
  const [first] = items;
  const isOther = items.every((item) => 'isUnknown' in item);
  return isOther && first !== undefined && 'why' in first ? first.why : undefined;
}

const idsSchema = trajectorySchema.pick({ trajectory_id: true, instance_id: true });

function importValue(
  value: unknown,
  bad: Omit<Row, 'value'>,
  { onUnused }: ImportOptions,
  index?: number,
): (Trajectory | BadRow)[] {
  const { file, line, byteOffset, bytes } = bad;
  const place: Place = { file, line, byte_offset: byteOffset, ...(index !== undefined && { index }) };
  const own = index === undefined ? bytes : Buffer.from(JSON.stringify(value));
  try {
    const { format, content: row } = recognize(value);
    const read = [format.read(row, { place, bytes: own })].flat();
    for (const trajectory of read) parseAs(idsSchema, trajectory);
    for (const [field, content] of Object.entries(row))
      if (content !== null && !format.fields.includes(field)) onUnused?.(field);
    return read;
  } catch (error) {
    const isUnknown = error instanceof UnknownFormat && { isUnknown: true };
    return [{ ...bad, ...(index !== undefined && { index }), bytes: own, why: messageOf(error), ...isUnknown }];
  }
}

/** Bare lists are of messages, or of events. */
function recognize(value: unknown): { format: Format; content: Record<string, unknown> } {
  const content = !Array.isArray(value) ? value : isChat(value) ? { messages: value } : { history: value };
  if (typeof content !== 'object' || content === null) throw new UnknownFormat(`of no known format: ${typeof value}`);
  const row = content as Record<string, unknown>;
  const format = Array.isArray(value) && isMiniChat(value) ? mini : FORMATS.find(({ isRow }) => isRow(row));
  if (format === undefined) throw new UnknownFormat(`of no known format: ${otherProgram(row) ?? describe(value, row)}`);
  return { format, content: row };
}

class UnknownFormat extends FormatError {}

const isChat = (list: readonly unknown[]): boolean => z.object({ role: z.string() }).safeParse(list[0]).success;

/** Logs of programs that are known, but not read here, by fields that every row has. */
const OTHERS: readonly (readonly [name: string, ...fields: string[]])[] = [
  ['a rollout of Codex', 'timestamp', 'type', 'payload'],
  ['a session of Claude Code', 'sessionId', 'uuid', 'type'],
  ["a list of OpenAI's Responses API", 'input', 'model'],
];

const otherProgram = (row: object): string | undefined =>
  OTHERS.find(([, ...fields]) => fields.every((field) => Object.hasOwn(row, field)))?.[0];

const describe = (value: unknown, row: object): string =>
  Array.isArray(value)
    ? 'a list'
    : `an object${keysOf(row).replace(/^(?:: there are no fields|; there are)/, (start) => (start.startsWith(':') ? ' without fields' : ' of'))}`;
