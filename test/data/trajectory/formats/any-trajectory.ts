// Trajectories by chance, as an importer could have made them: with whatever of the optional fields, in text or with native calls.

import { createRandom, pick, type Random } from '../../../../src/core/run/random.ts';
import type { Message, ToolCall } from '../../../../src/core/schema/message.ts';
import type { Step, Trajectory } from '../../../../src/core/schema/trajectory.ts';
import { endings } from '../../../../src/core/schema/trajectory.ts';

/** What has broken readers of text before: closing tags, ends of lines, quotes, other planes of Unicode. */
const PIECES = [
  'x = 1',
  '\n',
  '\n\n',
  '\r\n',
  '\t',
  '  ',
  '"',
  "'",
  '\\',
  '\\n',
  '</parameter>',
  '</function>',
  '<parameter=a>',
  '```',
  '{"a": [1]}',
  'é',
  '🐍',
  '\u2028',
  '$&',
  'OBSERVATION:',
];

export function anyTrajectory(seed: string): Trajectory {
  const random = createRandom(seed);
  const chance = (p: number): boolean => random() < p;
  const maybe = <T>(value: () => T): T | undefined => (chance(0.6) ? value() : undefined);
  const isNative = chance(0.5);
  const messages: Message[] = [
    ...(chance(0.8) ? [{ role: 'system' as const, content: anyText(random) }] : []),
    { role: 'user', content: anyText(random) },
  ];
  const steps: Step[] = [];
  const turns = 1 + Math.floor(random() * 6);
  for (let turn = 0; turn < turns; turn++) {
    const calls = isNative && chance(0.3) ? 2 : 1;
    const isLast = turn === turns - 1;
    const isMalformed = calls === 1 && turn > 0 && chance(0.2);
    const made = Array.from({ length: calls }, (_, n) =>
      anyStep(random, { isMalformed, isNative, id: `id_${turn}_${n}`, isFirst: n === 0 }),
    );
    if (isLast && chance(0.5)) delete made.at(-1)!.observation;
    const message = messages.length;
    messages.push(replyOf(made, isNative));
    for (const step of made) {
      steps.push({ message, ...step });
      if (step.observation === undefined) continue;
      const id = step.tool_call?.id;
      messages.push(
        id === undefined
          ? { role: 'user', content: step.observation }
          : { role: 'tool', content: step.observation, tool_call_id: id },
      );
    }
    if (!isLast && chance(0.1)) messages.push({ role: 'user', content: `then ${anyText(random)}` });
  }
  return JSON.parse(
    JSON.stringify({
      schema_version: 1,
      trajectory_id: `o__r-${seed.length}.${seed.replace(/\W/g, '_')}`,
      instance_id: maybe(() => 'owner__repo-1'),
      attempt: maybe(() => 2),
      model: maybe(() => ({ name: 'teacher' })),
      agent: maybe(() => ({ name: 'an-agent', version: maybe(() => '1.2') })),
      tools: maybe(() => [{ name: 'bash', description: maybe(() => 'runs'), parameters: { type: 'object' } }]),
      messages,
      steps,
      ending: maybe(() => pick(random, endings)),
      exit_status: maybe(() => 'its own word'),
      error: maybe(() => 'what happened'),
      patch: maybe(() => 'diff --git a/é b/é\n'),
      resolved: maybe(() => chance(0.5)),
      totals: {
        steps: steps.length,
        cost_usd: maybe(() => 0.25),
        usage: maybe(() => ({ input_tokens: 7, output_tokens: 3 })),
      },
      provenance: { source_format: 'stepwright' },
    }),
  ) as Trajectory;
}

/** Some pieces; `trimmed` as thoughts are. */
function anyText(random: Random, trimmed = false): string {
  const text = Array.from({ length: 1 + Math.floor(random() * 8) }, () => pick(random, PIECES)).join('');
  return trimmed ? `Think ${text.replace(/[<`]/g, '')}.` : text;
}

/** A value with a closing tag before an opening one would be another value. */
const anyValue = (random: Random): string =>
  anyText(random).replace(/<\/parameter>(\s*)(<parameter|<\/function)/g, '$1$2');

function anyStep(
  random: Random,
  { isMalformed, isNative, id, isFirst }: { isMalformed: boolean; isNative: boolean; id: string; isFirst: boolean },
): Step {
  const chance = (p: number): boolean => random() < p;
  const told = {
    observation: chance(0.1) ? '' : anyText(random),
    exit_code: pick(random, [undefined, null, 0, 1]),
    duration_ms: pick(random, [undefined, 12.5]),
    cwd: pick(random, [undefined, '/testbed']),
    timed_out: pick(random, [undefined, true]),
    truncated: pick(random, [undefined, false]),
    raw_output: pick(random, [undefined, 'raw\n']),
  };
  const spent = !isFirst
    ? {}
    : {
        usage: pick(random, [
          undefined,
          { input_tokens: 5, output_tokens: 2 },
          { input_tokens: 5, output_tokens: 2, cache_read_tokens: 9, cache_write_tokens: 1 },
        ]),
        cost_usd: pick(random, [undefined, 0.5]),
        time: pick(random, [undefined, '2026-01-02T03:04:05.678Z']),
        reasoning: isNative && chance(0.3) ? 'hm' : undefined,
      };
  const thought = isFirst && chance(0.8) ? anyText(random, true) : '';
  if (isMalformed) {
    const said = anyText(random, true);
    return {
      thought: said,
      action: said,
      malformed: true,
      observation: `no: ${told.observation}`,
      ...spent,
    } as Step;
  }
  const call: ToolCall = pick(random, [
    { name: 'bash', arguments: { command: anyValue(random) } },
    {
      name: 'str_replace_editor',
      arguments: {
        command: 'str_replace',
        path: '/testbed/a.py',
        old_str: anyValue(random),
        new_str: anyValue(random),
      },
    },
    {
      name: 'str_replace_editor',
      arguments: { command: 'view', path: '/testbed/a.py', view_range: isNative ? [1, 20] : '[1, 20]' },
    },
    { name: 'submit', arguments: {} },
  ]);
  return {
    thought,
    action: renderText(call),
    tool_call: isNative ? { id, ...call } : call,
    malformed: false,
    ...told,
    ...spent,
  } as Step;
}

/** The reading of the form takes one newline off either end. */
function renderText({ name, arguments: args }: ToolCall): string {
  const lines = Object.entries(args).map(([key, value]) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return `<parameter=${key}>${/^\n|\n$/.test(text) ? `\n${text}\n` : text}</parameter>\n`;
  });
  return `<function=${name}>\n${lines.join('')}</function>`;
}

function replyOf(steps: readonly Step[], isNative: boolean): Message {
  const [first] = steps;
  if (first!.malformed) return { role: 'assistant', content: first!.action };
  if (!isNative) return { role: 'assistant', content: `${first!.thought}\n\n${first!.action}` };
  return { role: 'assistant', content: first!.thought, tool_calls: steps.map(({ tool_call }) => tool_call!) };
}
