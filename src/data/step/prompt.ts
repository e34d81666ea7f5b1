// The prompt of a step instance: the opening, the last pairs, what was done since; observations clipped, harder where a budget asks for it.
import { clipObservation } from '../../agents/loop/clip.ts';
import type { Message } from '../../core/schema/message.ts';

export type Measure = (prompt: readonly Message[]) => number;

export interface PromptBudget {
  /** Longest prompt, in what `measure` counts; 0 = no limit. */
  limit: number;
  measure: Measure;
}

export interface FittedPrompt {
  prompt: Message[];
  length: number;
  /** Whether observations were cut to fit the budget. */
  clipped: boolean;
  fits: boolean;
}

export const countCharacters: Measure = (prompt) => prompt.reduce((total, { content }) => total + content.length, 0);

/** Characters that an observation may keep, tried in turn. */
const CLIPPINGS = [16_000, 8000, 4000, 2000, 1000, 500];

/** The opening is never cut, so that a prompt may not fit even with the shortest observations. */
export function fitPrompt(
  opening: readonly Message[],
  recent: readonly Message[],
  { limit, measure }: PromptBudget,
): FittedPrompt {
  const attempt = (chars: number): FittedPrompt => {
    const prompt = opening.concat(chars === 0 ? recent : recent.map((message) => clipMessage(message, chars)));
    const length = measure(prompt);
    return { prompt, length, clipped: chars > 0, fits: limit === 0 || length <= limit };
  };
  let fitted = attempt(0);
  for (const chars of CLIPPINGS) if (!fitted.fits) fitted = attempt(chars);
  return fitted;
}

const clipMessage = (message: Message, chars: number): Message =>
  message.role === 'assistant' ? message : { ...message, content: clipObservation(message.content, chars) };

/** The last `window` pairs of a history of pairs. */
export const lastPairs = (history: readonly Message[], window: number): Message[] =>
  window === 0 ? [] : history.slice(-2 * window);

/** Stands for the observation of a command that was recorded in one action with the next. */
export const UNOBSERVED: Message = {
  role: 'user',
  content: '(Not observed apart: this was recorded as one action with what follows.)',
};
