// What a thread does with a batch of rows: trajectories, their step instances, and the lines to write. Settings and batches are plain data.
import type { BadRow, RawRow, RowPlace } from '../../../core/io/rows.ts';
import type { Split, StepInstance, StepKind } from '../../../core/schema/step-instance.ts';
import { readRow, type TrajectoryRow } from '../../trajectory/read-row.ts';
import type { Unused } from '../../trajectory/unused.ts';
import { type EncodedRows, encodeRows } from '../dataset/encode.ts';
import { type DatasetFormatName, datasetFormats } from '../dataset/formats.ts';
import { createExtractor, type ExtractOptions } from '../extract-trajectory.ts';
import { countCharacters, type Measure, type PromptBudget } from '../prompt.ts';
import { type ExtractSummary, summarize } from '../statistics.ts';

export interface WorkSettings extends Omit<ExtractOptions, 'budget'> {
  /** Longest prompt; 0 = no limit. */
  maxPromptLength: number;
  /** Counts tokens; characters are counted without it. */
  counter?: Counter;
  format: DatasetFormatName;
  /** Write only steps of this side, of these kinds. */
  only?: Split;
  kinds?: readonly StepKind[];
}

/** A module that exports `createMeasure(argument): Measure | Promise<Measure>`: functions cannot be sent to a thread. */
export interface Counter {
  module: string;
  argument: string;
}

/** Of one trajectory. */
export interface Work {
  place: RowPlace;
  summary: ExtractSummary;
  rows: EncodedRows;
  unused: Unused;
}

export type Outcome = Work | BadRow;

/** One outcome a trajectory, or a row that cannot be read. What is to be written is good until the next outcome is asked for. */
export async function createWork(settings: WorkSettings): Promise<(row: RawRow | BadRow) => Generator<Outcome>> {
  const { format, only, kinds } = settings;
  const extract = await createExtractor({ ...settings, budget: await loadBudget(settings) });
  const { toRow } = datasetFormats[format];
  const isWanted = ({ split, kind }: StepInstance): boolean =>
    (only ?? split) === split && (kinds ?? [kind]).includes(kind);
  const workOn = ({ trajectory, place: { file, line, byteOffset }, unused }: TrajectoryRow): Work => {
    const extracted = extract(trajectory);
    const wanted = extracted.instances.map(({ instance }) => instance).filter(isWanted);
    return {
      place: { file, line, byteOffset },
      summary: summarize(extracted),
      rows: encodeRows(wanted.map(toRow)),
      unused,
    };
  };
  return function* (row) {
    for (const item of readRow(row)) yield 'why' in item ? item : workOn(item);
  };
}

async function loadBudget({ maxPromptLength, counter }: WorkSettings): Promise<PromptBudget> {
  if (counter === undefined) return { limit: maxPromptLength, measure: countCharacters };
  const { createMeasure } = (await import(counter.module)) as { createMeasure(argument: string): Promise<Measure> };
  return { limit: maxPromptLength, measure: await createMeasure(counter.argument) };
}
