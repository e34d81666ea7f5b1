// An option, declared once: a field of a schema. The schema gives its type, default and check; its notes give the help text and the form
// on the command line. Flags, configuration keys, help and shell completion are derived from it.
import type { z } from 'zod';

export interface OptionNotes {
  /** One letter. */
  short?: string;
  /** What stands for the value in the help: `n`, `file`, `dir`. */
  value?: string;
  /** Names it had: using one is refused, with the name it has now. */
  formerly?: readonly string[];
  /** What it means without a value. */
  preset?: string;
  /** Shown in the help instead of the schema's default, where that says more. */
  shownDefault?: string;
  /** It may hold a key: run folders do not keep it. */
  isSecret?: boolean;
  /** The command's help lists what can be chosen by itself. */
  hasListedChoices?: boolean;
}

/** A field with its help text, which has to make sense by itself. */
export const option = <Field extends z.ZodType>(field: Field, help: string, notes: OptionNotes = {}): Field =>
  field.meta({ ...notes, description: help });

export interface OptionDescription extends OptionNotes {
  /** As in the schema: camel case. */
  name: string;
  /** Without dashes; also its key in a configuration file. */
  flag: string;
  help: string;
  kind: 'switch' | 'number' | 'choice' | 'text';
  isList: boolean;
  choices: readonly string[];
  isRequired: boolean;
  /** Undefined where it has none. */
  default: unknown;
}

export type OptionFields = Readonly<Record<string, z.ZodType>>;

export const describeOptions = (fields: OptionFields): OptionDescription[] =>
  Object.entries(fields).map(([name, field]) => {
    const { description: help = '', ...notes } = notesOf(field);
    const inner = innermost(field);
    const isList = inner.def.type === 'array';
    const choices = choicesOf(isList ? innermost((inner as z.ZodArray<z.ZodType>).element) : inner);
    const absent = field.safeParse(undefined);
    return {
      ...notes,
      ...{ name, help, isList, choices, flag: flagOf(name), kind: kindOf(inner) },
      isRequired: !absent.success,
      default: absent.data,
    };
  });

/** `optional` and `default` may have been added to a field that has them already. */
export function notesOf(field: z.ZodType): OptionNotes & { description?: string } {
  const { innerType } = field.def as { innerType?: z.ZodType };
  return (field.meta() as OptionNotes | undefined) ?? (innerType === undefined ? {} : notesOf(innerType));
}

/** `stepLimit` → `step-limit` */
export const flagOf = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** What a field holds once defaults, optionality and the reading of text are taken off. */
function innermost(field: z.ZodType): z.ZodType {
  const { def } = field as z.ZodType & { def: { innerType?: z.ZodType; in?: z.ZodType; out?: z.ZodType } };
  if (def.innerType !== undefined) return innermost(def.innerType);
  if (def.type !== 'pipe') return field;
  return innermost(def.in!.def.type === 'transform' ? def.out! : def.in!);
}

function choicesOf(field: z.ZodType): string[] {
  if (field.def.type === 'enum') return (field as z.ZodEnum).options.map(String);
  return field.def.type === 'literal' ? [...(field as z.ZodLiteral).values].map(String) : [];
}

function kindOf(field: z.ZodType): OptionDescription['kind'] {
  const { type } = field.def;
  if (type === 'boolean') return 'switch';
  const isNumber =
    type === 'number' || (type === 'literal' && typeof [...(field as z.ZodLiteral).values][0] === 'number');
  if (isNumber) return 'number';
  return choicesOf(field).length > 0 ? 'choice' : 'text';
}
