// How far scripts may have written.
import { expect, test } from 'vitest';
import { writeScopeOf } from '../../../src/data/step/write-scope.ts';

test.each([
  ['none', 'cd /testbed && ls -la | head -5; cat a.py'],
  ['none', 'grep -rn "x > 1" --include=*.py . 2>/dev/null | sort | uniq -c'],
  ['none', "sed -n '1,20p' a.py 2>&1"],
  ['none', 'git --no-pager diff && git status --short && git add -A'],
  ['none', 'python -m pytest -q tests | tail -3'],
  ['none', 'find . -name "*.py" -exec grep -l x {} + | xargs -n 1 head -3'],
  ['none', 'find . -name "*.py" | xargs -I {} grep x {}'],
  ['named', "sed -i 's/a.*b/$c/' a.py"],
  ['named', 'cat > a.py <<EOF\nx\nEOF'],
  ['named', 'python - <<EOF\nopen("a.py", "w")\nEOF'],
  ['named', 'python reproduce.py > out.txt'],
  ['named', 'rm reproduce.py test_edge.py'],
  ['named', 'git checkout -- src/a.py'],
  ['named', 'patch -p1 < fix.patch'],
  ['named', 'git apply <<EOF\n--- a/a.py\n+++ b/a.py\nEOF'],
  ['any', "sed -i 's/a/b/' src/*.py"],
  ['any', 'for f in a.py b.py; do sed -i s/a/b/ $f; done'],
  ['any', 'find . -name "*.pyc" -delete'],
  ['any', "grep -rl old . | xargs sed -i 's/old/new/'"],
  ['any', 'git checkout -- .'],
  ['any', 'git stash'],
  ['any', 'git checkout -- src/'],
  ['any', 'find . -name "*.py" -exec sed -i s/a/b/ {} +'],
  ['any', 'rm -rf build'],
  ['any', 'black .'],
  ['any', 'make docs'],
  ['any', 'if [ -f a.py ; then ('],
])('%s: %s', async (scope, script) => {
  expect(await writeScopeOf(script)).toBe(scope);
});
