// What a recording tells of the agent that made it, and so of how it is to be run again: whose tools and frames, which shell, which limits.
import { defaultLimits } from '../../agents/loop/limits.ts';
import { prompts } from '../../agents/loop/prompts.ts';
import { miniStyle, type ObservationStyle, ownStyle, sweAgentStyle } from '../../agents/loop/styles.ts';
import type { Step, Trajectory } from '../../core/schema/trajectory.ts';
import { SWE_AGENT_ENV, TERMINAL_STARTUP } from './replay-session.ts';

export interface ReplaySetup {
  style: ObservationStyle;
  /** Of a step; a recording that tells a time-out tells its limit. */
  timeoutMs: (step: Step) => number;
  maxOutputBytes?: number;
  /** Absent where every command had a shell of its own. */
  session?: { env?: Record<string, string>; startup?: string };
  /** How often `submit` asked for a review first. */
  reviews: number;
  /** Whether the recorded step ran anything. */
  ran: (step: Step) => boolean;
  /** Where the recording's repository lay, if elsewhere than ours. */
  root?: string;
}

export function replaySetup(trajectory: Trajectory): ReplaySetup {
  const { agent, provenance } = trajectory;
  const names = [agent?.name, provenance.source_format];
  if (names.includes('swe-agent') || names.includes('swe-smith')) return sweAgentSetup(trajectory);
  if (names.includes('mini-swe-agent')) return { ...everywhere, style: miniStyle, timeoutMs: () => MINI_TIMEOUT_MS };
  const limits = { ...defaultLimits, ...trajectory.environment?.limits };
  const isSession = prompts[agent?.name.replace(/^stepwright\//, '') ?? '']?.shell === 'session';
  return {
    ...everywhere,
    style: ownStyle(limits),
    timeoutMs: () => limits.commandTimeoutMs,
    ...(isSession && { session: {} }),
  };
}

/** Malformed answers ran nothing when they were recorded, and run nothing now. */
const everywhere = { reviews: 0, ran: ({ tool_call }: Step): boolean => tool_call !== undefined };

const MINI_TIMEOUT_MS = 60_000;
const SWE_AGENT_TIMEOUT_MS = 300_000;
/** More than it ever shows. */
const SWE_AGENT_OUTPUT_BYTES = 1024 * 1024;

function sweAgentSetup({ steps, agent, provenance }: Trajectory): ReplaySetup {
  const texts = steps.map(recordedOutput);
  const hasCarriageReturns = texts.some((text) => text.includes('\r\n'));
  // 1.0 came with SWE-ReX and its terminal; before, output went through pipes.
  const hasTerminal = hasCarriageReturns || agent?.version !== undefined || provenance.source_format === 'swe-smith';
  const observationChars = numberIn(texts, /Observations should not exceeded (\d+) characters/);
  const root = hasTerminal ? undefined : rootOf(steps);
  const submits = steps.filter(({ tool_call }) => tool_call?.name === 'submit').length;
  return {
    ...(root !== undefined && { root }),
    style: sweAgentStyle({
      terminal: hasCarriageReturns,
      ...(!hasTerminal && { dialect: 'swe-agent-0.7' }),
      ...(observationChars !== undefined && { observationChars }),
    }),
    timeoutMs: (step) => (numberIn([recordedOutput(step)], TIMED_OUT) ?? SWE_AGENT_TIMEOUT_MS / 1000) * 1000,
    maxOutputBytes: SWE_AGENT_OUTPUT_BYTES,
    session: { env: SWE_AGENT_ENV, ...(hasTerminal && { startup: TERMINAL_STARTUP }) },
    reviews: Math.max(0, submits - 1),
    // A blocked command, and one with a syntax error, is recorded as having taken no time at all.
    ran: (step) => everywhere.ran(step) && !(provenance.source_format === 'swe-agent' && step.duration_ms === 0),
  };
}

/** 0.7 put `owner/name` at `/owner__name`, and tells the working directory. */
const rootOf = (steps: readonly Step[]): string | undefined =>
  steps.flatMap(({ cwd = '' }) => /^\/[^/]+__[^/]+/.exec(cwd) ?? [])[0];

const TIMED_OUT = /was cancelled because it took more than (\d+) seconds/;

const recordedOutput = ({ raw_output, observation }: Step): string => raw_output ?? observation ?? '';

function numberIn(texts: readonly string[], pattern: RegExp): number | undefined {
  const found = texts.map((text) => pattern.exec(text)?.[1]).find((digits) => digits !== undefined);
  return found === undefined ? undefined : Number(found);
}
