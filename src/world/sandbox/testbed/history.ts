// Git-history hygiene of an image that others made: nothing in /testbed may tell what came after the base commit. SWE-bench's rule
// (its images are cleaned so since 4.1), checked over every object that is there, reachable or not.
import { SandboxError } from '../../../core/schema/errors.ts';
import { WORK_DIR } from '../container/container.ts';
import type { ContainerShell } from '../shell/container-shell.ts';
import { complaint, runTool } from '../shell/shell-tool.ts';

/** The images' users and owners differ from ours. */
export const FOREIGN_GIT = {
  GIT_CONFIG_COUNT: '1',
  GIT_CONFIG_KEY_0: 'safe.directory',
  GIT_CONFIG_VALUE_0: '*',
};

// A set-up commit may stand on the base, as SWE-bench's images have one. Commits on other branches are no leak when they are older.
const CHECK = `set -e
cd ${WORK_DIR}
known=$(mktemp -d)
git rev-list "$BASE" > $known/commits
[ "$(git rev-parse -q --verify HEAD^ || true)" != "$BASE" ] || git rev-parse HEAD >> $known/commits
sort -u -o $known/commits $known/commits
since=$(git show -s --format=%ct "$BASE")
git cat-file --batch-all-objects --batch-check='%(objecttype) %(objectname)' > $known/all
sed -n 's/^commit //p' $known/all | sort -u | comm -13 $known/commits - > $known/others
if [ -s $known/others ]; then
  git log --no-walk=unsorted --stdin --format='%H %ct' < $known/others > $known/dated
  awk -v since="$since" '$2 > since { print "commit " $1 " is newer than the base" }' $known/dated
  awk -v since="$since" '$2 <= since { print $1 }' $known/dated > $known/older
fi
git for-each-ref --format='%(taggerdate:unix) %(refname)' refs/tags |
  awk -v since="$since" '$1 ~ /^[0-9]+$/ && $1 > since { print $2 " is newer than the base" }'
cat .git/logs/HEAD $(find .git/logs/refs -type f 2>/dev/null) .git/*_HEAD 2>/dev/null |
  grep -oE '\\b[0-9a-f]{40}\\b' | grep -v '^0*$' | sort -u | comm -13 $known/commits - |
  sed 's/^/a log or *_HEAD file names /'
git remote | sed 's/^/remote /'
{ cat $known/commits; cat $known/older 2>/dev/null || true; } | git rev-list --objects --stdin | cut -c1-40 > $known/reached
git ls-files -s | cut -d' ' -f2 >> $known/reached
sort -u -o $known/reached $known/reached
grep -vE '^(commit|tag) ' $known/all | cut -d' ' -f2 | sort -u | comm -13 $known/reached - > $known/stray
[ ! -s $known/stray ] || echo "$(wc -l < $known/stray) objects that no commit up to the base reaches, as $(head -n 1 $known/stray)"
rm -rf $known`;

/** Shell script that leaves of the repository what leads to $BASE, and a set-up commit on it. */
export const SCRUB = `set -e
cd ${WORK_DIR}
git remote | while read -r remote; do git remote remove "$remote"; done
branch=$(git symbolic-ref -q HEAD || true)
git for-each-ref --format='%(refname)' --no-merged "$BASE" | grep -vxF "$branch" | sed 's/^/delete /' | git update-ref --stdin
since=$(git show -s --format=%ct "$BASE")
git for-each-ref --format='%(taggerdate:unix) delete %(refname)' refs/tags |
  awk -v since="$since" '$1 ~ /^[0-9]+$/ && $1 > since { print $2, $3 }' | git update-ref --stdin
rm -rf .git/logs .git/*_HEAD
git -c gc.reflogExpire=now -c gc.reflogExpireUnreachable=now gc -q --prune=now`;

/** Shell script that makes the index the only commit, in a repository with any past. */
export const FORGET = `git remote | while read -r remote; do git remote remove "$remote"; done
git config core.logAllRefUpdates false
git for-each-ref --format='delete %(refname)' | git update-ref --stdin
rm -rf .git/logs .git/*_HEAD
sh -c "$SEAL" seal --index >/dev/null
git prune --expire=now`;

/** What of the future can be found in the repository, a line each; empty when nothing can. */
export async function findLeaks(shell: ContainerShell, base: string): Promise<string[]> {
  const result = await runTool(shell, CHECK, { env: { ...FOREIGN_GIT, BASE: base } });
  if (result.exitCode !== 0) throw new SandboxError(`Cannot check the git history: ${complaint(result)}`);
  return result.output.toString('utf8').split('\n').filter(Boolean);
}
