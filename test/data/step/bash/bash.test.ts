import { describe, expect, test } from 'vitest';
import type { Redirection } from '../../../../src/data/step/bash/redirections.ts';
import { loadBash, type SimpleCommand } from '../../../../src/data/step/bash.ts';

const parse = await loadBash();
const commandsOf = (script: string, cwd?: string): SimpleCommand[] => parse(script, cwd).commands;
const wordsOf = (script: string): string[][] => commandsOf(script).map(({ name, args }) => [name, ...args]);

describe('the simple commands of a script', () => {
  test.each([
    [
      'a pipe in a list',
      'cd /t && python -m pytest x | tail -5',
      [
        ['cd', '/t'],
        ['python', '-m', 'pytest', 'x'],
        ['tail', '-5'],
      ],
    ],
    ['a loop', 'for f in *; do grep -n "a b" $f; done', [['grep', '-n', 'a b', '$f']]],
    ['a condition', 'if [ -f a ]; then ls; else echo no; fi', [['[', '-f', 'a', ']'], ['ls'], ['echo', 'no']]],
    ['a case', 'case $x in a) ls;; *) pwd;; esac', [['ls'], ['pwd']]],
    ['a function and a group', 'f() { ls; }; { f; }', [['ls'], ['f']]],
    [
      'substitutions, after the command they stand in',
      'echo "$(git diff `pwd`)" <(ls)',
      [['echo', '$(git diff `pwd`)', '<(ls)'], ['git', 'diff', '`pwd`'], ['pwd'], ['ls']],
    ],
    [
      'a here-document, and what follows it on its line',
      'cat <<END | wc -l\nrm x $(ls)\nEND\npwd',
      [['cat'], ['wc', '-l'], ['ls'], ['pwd']],
    ],
    ['a quoted here-document, which expands nothing', "cat <<'END' && pwd\n$(ls)\nEND", [['cat'], ['pwd']]],
    ['assignments alone', 'A=1 B=$(ls)', [[''], ['ls']]],
    [
      'declarations',
      'export A=1; unset B',
      [
        ['export', 'A=1'],
        ['unset', 'B'],
      ],
    ],
    [
      'words after a redirection',
      '> out ls -l; ls > out -l',
      [
        ['ls', '-l'],
        ['ls', '-l'],
      ],
    ],
    ['a redirection alone', '> out', [['']]],
    ['a line that goes on', 'ls \\\n  -l', [['ls', '-l']]],
    ['comments', '# ls\npwd # ls', [['pwd']]],
    ['nothing', ' \n', []],
  ])('%s', (_, script, words) => {
    expect(parse(script).parsed).toBe(true);
    expect(wordsOf(script)).toEqual(words);
  });

  test.each([
    ["'a b'", 'a b'],
    ['"a $x \\$y \\n"', 'a $x $y \\n'],
    ["$'a\\tb'", 'a\tb'],
    ['a\\ b', 'a b'],
    ['a{b,c}"d e"\'f\'', 'a{b,c}d ef'],
    ['"$(echo "x y")"', '$(echo "x y")'],
    ['""', ''],
  ])('the word %s is read as %j', (written, read) => {
    expect(wordsOf(`echo ${written}`)[0]).toEqual(['echo', read]);
  });

  test('say where they stand, in bytes', () => {
    const script = "echo 🙂é; cat > 'a b' <<'END'\nrm é\nEND\nls x=$(git diff)";
    const bytes = Buffer.from(script);
    const commands = commandsOf(script);
    expect(commands.map(({ name }) => name)).toEqual(['echo', 'cat', 'ls', 'git']);
    for (const { text, bytes: range } of commands) expect(bytes.subarray(...range).toString()).toBe(text);
  });

  test('keep assignments apart from words', () => {
    expect(commandsOf('A=1 B="x y" sed -i s/a/b/ f')).toMatchObject([
      { assignments: ['A=1', 'B="x y"'], name: 'sed', args: ['-i', 's/a/b/', 'f'] },
    ]);
  });

  test.each([
    ['ls | wc', [['pipeline'], ['pipeline']]],
    [
      'for f in $(ls); do (pwd); done',
      [
        ['loop', 'substitution'],
        ['loop', 'subshell'],
      ],
    ],
    ['while true; do ls & done', [['loop'], ['loop', 'background']]],
    ['if a; then { b; }; fi', [['conditional'], ['conditional', 'group']]],
    ['f() { a; }', [['function', 'group']]],
    ['cat <<E | wc\nE', [['pipeline'], ['pipeline']]],
  ])('%s: what they stand in', (script, within) => {
    expect(commandsOf(script).map((command) => command.within)).toEqual(within);
  });
});

describe('redirections', () => {
  test.each<[string, Redirection[][]]>([
    [
      'ls > a 2>&1',
      [
        [
          { operator: '>', target: 'a' },
          { operator: '>&', fd: 2, target: '1' },
        ],
      ],
    ],
    [
      'sort < in >> "a b"',
      [
        [
          { operator: '<', target: 'in' },
          { operator: '>>', target: 'a b' },
        ],
      ],
    ],
    ['ls &> a', [[{ operator: '&>', target: 'a' }]]],
    ['wc <<< "x y"', [[{ operator: '<<<', target: 'x y' }]]],
    [
      'cat > a <<"END"\nx\ny\nEND',
      [
        [
          { operator: '>', target: 'a' },
          { operator: '<<', target: 'END', heredoc: 'x\ny\n' },
        ],
      ],
    ],
    [
      'cat <<-END > a\n\tx\n\tEND',
      [
        [
          { operator: '<<-', target: 'END', heredoc: 'x\n' },
          { operator: '>', target: 'a' },
        ],
      ],
    ],
  ])('%j', (script, redirections) => {
    expect(commandsOf(script).map((command) => command.redirections)).toEqual(redirections);
  });

  test.each([
    ['a list or pipe: of its last command', 'ls; pwd | wc > a', [[], [], ['a']]],
    ['a list: of its last command', 'ls && pwd > a', [[], ['a']]],
    ['a group: of all in it', '{ ls; pwd; } > a', [['a'], ['a']]],
    ['a loop: of all in it, but not what is substituted', 'for f in $(ls); do pwd; done > a', [[], ['a']]],
  ])('after %s', (_, script, targets) => {
    expect(commandsOf(script).map(({ redirections }) => redirections.map(({ target }) => target))).toEqual(targets);
  });
});

describe('the directory a command runs in', () => {
  test.each<[string, (string | undefined)[]]>([
    ['cd src && ls', ['/t', '/t/src']],
    ['cd /a/./b; cd ..; ls', ['/t', '/a/b', '/a']],
    ['cd "a b"; ls', ['/t', '/t/a b']],
    ['(cd a; ls); pwd', ['/t', '/t/a', '/t']],
    ['cd a | ls; pwd', ['/t', '/t', '/t']],
    ['{ cd a; }; ls', ['/t', '/t/a']],
    ['cd a || cd b; ls', ['/t', '/t', '/t/a']],
    ['cd a & ls', ['/t', '/t']],
    ['if cd a; then ls; else pwd; fi; ls', ['/t', '/t/a', '/t', undefined]],
    ['for d in *; do cd "$d"; ls; done', ['/t', undefined]],
    ['cd $HOME; ls; cd /; ls', ['/t', undefined, undefined, '/']],
    ['cd ~/x; ls', ['/t', undefined]],
    ['cd; ls', ['/t', undefined]],
    ['cd -; ls', ['/t', undefined]],
    ['pushd a; popd; ls', ['/t', '/t/a', undefined]],
    ['x=$(cd a && pwd); ls', ['/t', '/t', '/t/a', '/t']],
  ])('%s', (script, directories) => {
    expect(commandsOf(script, '/t').map(({ cwd }) => cwd)).toEqual(directories);
  });

  test('is unknown when the script starts somewhere unknown, until it goes to an absolute path', () => {
    expect(commandsOf('ls; cd a; cd /b; ls').map(({ cwd }) => cwd)).toEqual([undefined, undefined, undefined, '/b']);
  });
});

describe('the units of a script', () => {
  test.each([
    ['cd /t && python -m pytest x | tail', ['cd /t', 'python -m pytest x | tail']],
    ['a; b\nc & d', ['a', 'b', 'c &', 'd']],
    ['a && b || c && d', ['a && b || c', 'd']],
    ['a && b > f 2>&1', ['a', 'b > f 2>&1']],
    ['for f in *; do a; b; done && c', ['for f in *; do a; b; done', 'c']],
    ['cd t && cat > f <<END\nx\nEND\nls', ['cd t', 'cat > f <<END\nx\nEND', 'ls']],
    ['cat > f <<END && python f\nx\nEND\nls', ['cat > f <<END && python f\nx\nEND', 'ls']],
    ['# why\na # now\nb', ['a', 'b']],
    ['', []],
  ])('%j', (script, units) => {
    expect(parse(script).units.map(({ text }) => text)).toEqual(units);
  });

  test('hold their commands and say where they stand, in bytes', () => {
    const script = 'echo é && ls | wc';
    const [first, second] = parse(script).units;
    expect(first?.commands.map(({ name }) => name)).toEqual(['echo']);
    expect(second?.commands.map(({ name }) => name)).toEqual(['ls', 'wc']);
    expect(
      Buffer.from(script)
        .subarray(...second!.bytes)
        .toString(),
    ).toBe('ls | wc');
  });
});

test.each(['if [ -f a ]; then', "echo 'open", 'edit 1:1\nreturn f(x)\nend_of_edit'])(
  '%j, which is no bash, is kept whole and flagged',
  (script) => {
    const { parsed, commands, units } = parse(script);
    expect(parsed).toBe(false);
    expect(commands).toMatchObject([{ name: '', args: [], text: script, bytes: [0, script.length] }]);
    expect(units).toMatchObject([{ text: script }]);
  },
);
