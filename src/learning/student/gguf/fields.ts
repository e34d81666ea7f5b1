// The fields of a GGUF file's metadata, each checked for its kind.
import { ConfigError } from '../../../core/schema/errors.ts';
import type { GgufFile } from './file.ts';

export type Fields = ReturnType<typeof fieldsOf>;

export function fieldsOf({ path, metadata }: Pick<GgufFile, 'path' | 'metadata'>) {
  const missing = (key: string): ConfigError =>
    new ConfigError(`${path}: \`${key}\` is missing. The file does not hold what a student needs.`);
  const list = (key: string): unknown[] => {
    const value = metadata[key];
    if (!Array.isArray(value)) throw missing(key);
    return value;
  };
  const number = (key: string): number | undefined => {
    const value = metadata[key];
    return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : undefined;
  };
  const text = (key: string): string | undefined => {
    const value = metadata[key];
    return typeof value === 'string' ? value : undefined;
  };
  return {
    path,
    number,
    text,
    isTrue: (key: string): boolean => metadata[key] === true,
    requiredNumber: (key: string): number => {
      const value = number(key);
      if (value === undefined) throw missing(key);
      return value;
    },
    requiredText: (key: string): string => {
      const value = text(key);
      if (value === undefined) throw missing(key);
      return value;
    },
    texts: (key: string): string[] => list(key).map(String),
    numbers: (key: string): number[] => list(key).map(Number),
  };
}
