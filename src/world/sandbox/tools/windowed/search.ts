// SWE-agent's searches: files by name, and lines in one file or below a directory.
import { z } from 'zod';
import { quote } from '../../shell/command-text.ts';
import { defineTool, type ToolContext, toolText } from '../tool.ts';
import { runInShell } from './window.ts';

const MANY = 100;

export const findFile = defineTool({
  name: 'find_file',
  description: 'Finds files by name.',
  parameters: z.strictObject({ file_name: z.string(), dir: z.string().optional() }),
  async run({ file_name, dir }, context) {
    const found = await below(dir, (root) => `find ${root} -type f -name ${quote(file_name)}`, context);
    if ('refused' in found) return toolText(found.refused);
    const { root, lines } = found;
    if (lines.length === 0) return toolText(`No matches found for "${file_name}" in ${root}\n`);
    return toolText(`Found ${lines.length} matches for "${file_name}" in ${root}:\n${lines.join('\n')}\n`);
  },
});

export const searchDir = defineTool({
  name: 'search_dir',
  description: 'Counts the lines that a term is in, in all files of a directory.',
  parameters: z.strictObject({ search_term: z.string(), dir: z.string().optional() }),
  async run({ search_term: term, dir }, context) {
    // -Z ends a file's name by NUL, which no name holds.
    const search = (root: string): string =>
      `find ${root} -type f ! -path '*/.*' -exec grep -IHcZ -- ${quote(term)} {} + | tr '\\0' '\\t'`;
    const found = await below(dir, search, context);
    if ('refused' in found) return toolText(found.refused);
    const files = found.lines
      .map((line) => line.split('\t') as [string, string])
      .filter(([, count]) => count !== '0')
      .sort(([a], [b]) => (a < b ? -1 : 1));
    if (files.length === 0) return toolText(`No matches found for "${term}" in ${found.root}\n`);
    if (files.length > MANY)
      return toolText(
        `More than ${files.length} files matched for "${term}" in ${found.root}. Please narrow your search.\n`,
      );
    const matches = files.reduce((total, [, count]) => total + Number(count), 0);
    const listed = files.map(([path, count]) => `${path} (${count} matches)\n`).join('');
    return toolText(
      `Found ${matches} matches for "${term}" in ${found.root}:\n${listed}End of matches for "${term}" in ${found.root}\n`,
    );
  },
});

export const searchFile = defineTool({
  name: 'search_file',
  description: 'Shows the lines that a term is in, of one file or of the open one.',
  parameters: z.strictObject({ search_term: z.string(), file: z.string().optional() }),
  async run({ search_term: term, file = '' }, context) {
    const name = file || context.memory.window?.path;
    if (name === undefined) return toolText('No file open. Use the open command first.\n');
    const word = quote(name);
    const script = `[ -f ${word} ] && realpath -- ${word} && grep -n -- ${quote(term)} ${word}`;
    const { output } = await runInShell(script, context);
    if (output === '')
      return toolText(
        `Usage: search_file <search_term> [<file>]\nError: File name ${name} not found. Please provide a valid file name.\n`,
      );
    const [path, ...lines] = output.trimEnd().split('\n');
    if (lines.length === 0) return toolText(`No matches found for "${term}" in ${path}\n`);
    const listed = lines.map((line) => `Line ${line}\n`).join('');
    return toolText(
      `Found ${lines.length} matches for "${term}" in ${path}:\n${listed}End of matches for "${term}" in ${path}\n`,
    );
  },
});

/** What a command says of a directory, and that directory's whole path. */
async function below(
  dir = './',
  script: (root: string) => string,
  context: ToolContext,
): Promise<{ root: string; lines: string[] } | { refused: string }> {
  const word = quote(dir);
  const { output } = await runInShell(
    `if [ -d ${word} ]; then root=$(realpath -- ${word}); printf '%s\\n' "$root"; ${script('"$root"')}; fi`,
    context,
  );
  if (output === '') return { refused: `Directory ${dir} not found\n` };
  const [root = '', ...lines] = output.trimEnd().split('\n');
  return { root, lines };
}
