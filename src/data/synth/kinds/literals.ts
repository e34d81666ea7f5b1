// Wrong constants: numbers off by one, defaults, and strings that lost a character.
import type { Node } from 'web-tree-sitter';
import { type Edit, type Kind, replace } from '../kind.ts';

const NUMBERS = new Set(['integer', 'number']);
const DEFAULTS = new Set(['default_parameter', 'typed_default_parameter', 'assignment_pattern']);
const INDEXES = new Set(['slice', 'subscript', 'subscript_expression']);

export const isWholeNumber = (node: Node): boolean => NUMBERS.has(node.type) && /^\d+$/.test(node.text);

export const offByOne = (node: Node): Edit[] =>
  [Number(node.text) + 1, Number(node.text) - 1]
    .filter((value) => value >= 0)
    .map((value) => replace(node, `${value}`));

export const boundaryConstant: Kind = {
  name: 'boundary_constant',
  find: (node) => {
    const parent = node.parent?.type ?? '';
    return isWholeNumber(node) && !DEFAULTS.has(parent) && !INDEXES.has(parent) ? offByOne(node) : [];
  },
};

const FLIPPED = new Map([
  ['True', 'False'],
  ['False', 'True'],
  ['true', 'false'],
  ['false', 'true'],
]);

export const wrongDefault: Kind = {
  name: 'wrong_default',
  find(node) {
    const value = DEFAULTS.has(node.type)
      ? (node.childForFieldName('value') ?? node.childForFieldName('right'))
      : undefined;
    if (!value) return [];
    if (isWholeNumber(value)) return offByOne(value);
    const flipped = FLIPPED.get(value.text);
    if (flipped) return [replace(value, flipped)];
    return value.type === 'string' ? shortened(value) : [];
  },
};

/** Only short strings: separators, suffixes, keys. A long one is a text for people, which tests seldom read. */
export const changedString: Kind = {
  name: 'changed_string',
  find: (node) =>
    node.type === 'string' && node.parent?.type !== 'expression_statement' && !DEFAULTS.has(node.parent?.type ?? '')
      ? shortened(node)
      : [],
};

function shortened(node: Node): Edit[] {
  const content = node.namedChildren.find(
    (child) => child?.type === 'string_content' || child?.type === 'string_fragment',
  );
  if (!content || content.text.length > 12 || content.text.includes('\\')) return [];
  return [{ start: content.endIndex - 1, end: content.endIndex, text: '' }];
}
