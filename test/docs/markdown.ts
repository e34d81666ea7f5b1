// The Markdown files of the project, and what they link to.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../..');

const FOLDERS = ['docs', 'engines', 'envs', 'examples', 'students', 'trajectories'];

/** Paths from the project's root. */
export const markdownFiles = [
  ...filesIn('.', false),
  ...FOLDERS.filter((folder) => existsSync(resolve(root, folder))).flatMap((folder) => filesIn(folder, true)),
].sort();

function filesIn(folder: string, recursive: boolean): string[] {
  const names = readdirSync(resolve(root, folder), { recursive, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.md')).map((name) => join(folder, name));
}

export const readProjectFile = (path: string): string => readFileSync(resolve(root, path), 'utf8');

/** Blank lines in place of what is shown as it is. */
export const withoutCode = (text: string): string =>
  text
    .replace(/^(```+|~~~+)[\s\S]*?^\1/gm, (block) => block.replace(/.+/g, ''))
    .replace(/`[^`\n]+`/g, (code) => ' '.repeat(code.length));

/** Targets of links, with the line each is on. */
export const linksOf = (text: string): { target: string; line: number }[] =>
  withoutCode(text)
    .split('\n')
    .flatMap((line, index) =>
      [...line.matchAll(/\]\(\s*<?([^)\s>]+)>?[^)]*\)/g)].map(([, target]) => ({ target: target!, line: index + 1 })),
    );

/** As GitHub names the anchors of headings. */
export const anchorsOf = (text: string): Set<string> => {
  const counts = new Map<string, number>();
  const headings = text.replace(/^(```+|~~~+)[\s\S]*?^\1/gm, '').matchAll(/^#{1,6} +(.+?)\s*$/gm);
  return new Set(
    [...headings].map(([, heading]) => {
      const name = heading!
        .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\p{M}_ -]/gu, '')
        .replaceAll(' ', '-');
      const earlier = counts.get(name) ?? 0;
      counts.set(name, earlier + 1);
      return earlier === 0 ? name : `${name}-${earlier}`;
    }),
  );
};
