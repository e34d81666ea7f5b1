// A row of any known format → trajectories. Formats are told apart by what rows hold, so that a file may mix them.
import { z } from 'zod';
import type { BadRow, Row } from '../../../core/io/rows.ts';
import { messageOf } from '../../../core/schema/errors.ts';
import { type Place, type Trajectory, trajectorySchema } from '../../../core/schema/trajectory.ts';
import { type Format, FormatError, parseAs } from './format.ts';
import { atif } from './in/atif.ts';
import { anthropic, openai } from './in/chat-logs.ts';
import { isMiniChat, mini } from './in/mini.ts';
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
  r2eGym,
  openhands,
  openhandsRows,
  anthropic,
  sweSmith,
  openai,
];
export const formatNames = [...new Set(FORMATS.map(({ name }) => name))];

/** All trajectories of a row: none is lost for the sake of another that is bad. */
export function importRow(row: Row): (Trajectory | BadRow)[] {
  const { value, index, ...bad } = row;
  if (Array.isArray(value) && value.length > 0 && !isPart(value[0]))
    return value.flatMap((element, index) => importValue(element, bad, index));
  return importValue(value, bad, index);
}

/** Lists of such elements are trajectories; others hold some. */
export const isPart = (element: unknown): boolean => isChat([element]) || isEvent(element);

/** Why a row is nothing of what is read here; undefined when any of it may be. */
export function whyUnknown(items: readonly (Trajectory | BadRow)[]): string | undefined {
  const [first] = items;
  const isOther = items.every((item) => 'isUnknown' in item);
  return isOther && first !== undefined && 'why' in first ? first.why : undefined;
}

const idsSchema = trajectorySchema.pick({ trajectory_id: true, instance_id: true });

function importValue(value: unknown, bad: Omit<Row, 'value'>, index?: number): (Trajectory | BadRow)[] {
  const { file, line, byteOffset, bytes } = bad;
  const place: Place = { file, line, byte_offset: byteOffset, ...(index !== undefined && { index }) };
  const own = index === undefined ? bytes : Buffer.from(JSON.stringify(value));
  try {
    const { format, content } = recognize(value);
    const read = [format.read(content, { place, bytes: own })].flat();
    for (const trajectory of read) parseAs(idsSchema, trajectory);
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
  if (format === undefined)
    throw new UnknownFormat(`of no known format: ${Array.isArray(value) ? 'a list' : `an object of ${namesOf(row)}`}`);
  return { format, content: row };
}

class UnknownFormat extends FormatError {}

const isChat = (list: readonly unknown[]): boolean => z.object({ role: z.string() }).safeParse(list[0]).success;

function namesOf(row: object): string {
  const names = Object.keys(row).map((name) => JSON.stringify(name.slice(0, 40)));
  if (names.length === 0) return 'nothing';
  return names.length > 5 ? `${names.slice(0, 5).join(', ')} and ${names.length - 5} more` : names.join(', ');
}
