// Installs the dependencies when they are missing or older than the lock file. Plain Node: it runs before there is anything else.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const stamp = resolve(root, 'node_modules/.stepwright-lock');
const lock = createHash('sha256')
  .update(readFileSync(resolve(root, 'package-lock.json')))
  .digest('hex');

// Not `npm ci`: it refuses a lock file without the optional builds for other platforms, which a mirror may not carry.
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== lock) {
  console.error('▸ installing dependencies (npm install)');
  const npm = spawnSync('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (npm.status !== 0) {
    console.error(
      'error: npm install failed. Check the network and the registry settings of npm, then run the same command again.',
    );
    process.exit(2);
  }
  writeFileSync(stamp, lock);
}
