import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { anchorsOf, linksOf, markdownFiles, readProjectFile, root } from './markdown.ts';

test('the documentation is found', () => {
  expect(markdownFiles).toEqual(expect.arrayContaining(['AGENTS.md', 'CHANGELOG.md', 'README.md', 'docs/cli.md']));
});

test.each(markdownFiles)('every link of %s leads to a file and a heading of the project', (file) => {
  const broken = linksOf(readProjectFile(file)).filter(({ target }) => !leadsSomewhere(file, target));
  expect(broken).toEqual([]);
});

/** Other sites are not asked: tests never reach the internet. */
function leadsSomewhere(file: string, target: string): boolean {
  if (/^(?:https?|mailto):/.test(target)) return true;
  const [path = '', anchor] = decodeURIComponent(target).split('#');
  const linked = path === '' ? file : join(dirname(file), path);
  if (!existsSync(resolve(root, linked))) return false;
  return anchor === undefined || !linked.endsWith('.md') || anchorsOf(readProjectFile(linked)).has(anchor);
}

test('a link is seen outside code, and headings have the anchors that GitHub gives them', () => {
  const text = '# A `b`, c & d\n\n## Twice\n\n## Twice\n\n[x](y.md#z) `[no](no.md)`\n\n```md\n[no](no.md)\n# no\n```\n';
  expect(linksOf(text)).toEqual([{ target: 'y.md#z', line: 7 }]);
  expect([...anchorsOf(text)]).toEqual(['a-b-c--d', 'twice', 'twice-1']);
});
