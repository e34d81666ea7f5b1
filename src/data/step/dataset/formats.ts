// The shapes that step instances can be written in: our own, and what TRL and veRL take.
import { createHash } from 'node:crypto';
import type { Message } from '../../../core/schema/message.ts';
import type { StepInstance } from '../../../core/schema/step-instance.ts';
import { type Columns, MESSAGES } from './columns.ts';

export interface DatasetFormat {
  toRow(instance: StepInstance): { prompt: readonly Message[] } & Record<string, unknown>;
  /** Of all its rows, in order; a row may lack some. */
  columns: Columns;
  /** The trainer's reward function, a file of `engines/` that belongs beside the data. */
  rewardFile?: string;
}

const REWARD_FILE = 'srl_reward.py';

const WHERE: Columns = { id: 'string', instance_id: 'string', trajectory_id: 'string', step: 'int', steps: 'int' };
const WHAT: Columns = { thought: 'string', tool: 'string', kind: 'string', split: 'string' };

const stepwright: DatasetFormat = {
  toRow: (instance) => instance,
  columns: {
    ...WHERE,
    prompt: MESSAGES,
    action: 'string',
    ...WHAT,
    parsed: 'boolean',
    command: { struct: { index: 'int', count: 'int', bytes: { list: 'int' }, cwd: 'string' } },
  },
};

/** TRL's GRPO: conversational prompts; every other column reaches the reward function by its name. */
const trl: DatasetFormat = {
  toRow: ({ prompt, action, ...instance }) => ({ prompt, expert: action, ...pick(instance) }),
  columns: { prompt: MESSAGES, expert: 'string', ...WHERE, ...WHAT },
  rewardFile: REWARD_FILE,
};

/** veRL's RL data: `ground_truth` and `extra_info` reach the reward function. */
const verl: DatasetFormat = {
  toRow: ({ prompt, action, ...instance }) => ({
    data_source: 'stepwright',
    prompt,
    ability: 'swe',
    reward_model: { style: 'rule', ground_truth: action },
    extra_info: { index: indexOf(instance.id), ...pick(instance) },
  }),
  columns: {
    data_source: 'string',
    prompt: MESSAGES,
    ability: 'string',
    reward_model: { struct: { style: 'string', ground_truth: 'string' } },
    extra_info: { struct: { index: 'int', ...WHERE, ...WHAT } },
  },
  rewardFile: REWARD_FILE,
};

export type DatasetFormatName = 'stepwright' | 'trl' | 'verl';
export const datasetFormats: Record<DatasetFormatName, DatasetFormat> = { stepwright, trl, verl };

/** Keys that every row has: Arrow knows one schema a column. */
const pick = (instance: Omit<StepInstance, 'prompt' | 'action'>): Record<string, unknown> =>
  Object.fromEntries(NAMES.map((name) => [name, instance[name as keyof typeof instance]]));

const NAMES = Object.keys({ ...WHERE, ...WHAT });

/** veRL tells rows apart by an integer; one of 31 bits that does not depend on the order of the rows. */
const indexOf = (id: string): number => createHash('sha256').update(id).digest().readUInt32BE(0) >>> 1;
