// Installs exactly what the lock file says when it is missing or older than that. Plain Node: it runs before there is anything else.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const stamp = resolve(root, 'node_modules/.stepwright-lock');
const lockFile = readFileSync(resolve(root, 'package-lock.json'));
const lock = createHash('sha256').update(lockFile).digest('hex');

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== lock) {
  console.error('▸ installing dependencies (npm ci)');
  if (npm('ci') !== 0) {
    // A mirror may not carry the optional builds for other platforms, without which `npm ci` refuses.
    console.error('▸ npm ci failed: npm install instead, and what it installs is compared with the lock file');
    if (npm('install', '--no-save') !== 0)
      fail('npm install failed. Check the network and the registry settings of npm, then run the same command again.');
    const other = differing();
    if (other.length > 0)
      fail(`npm install took other packages than package-lock.json: ${other.join(', ')}. See npm's settings.`);
  }
  writeFileSync(stamp, lock);
}

function npm(...command) {
  const settings = ['--no-audit', '--no-fund', '--loglevel=error'];
  return spawnSync('npm', [...command, ...settings], { cwd: root, stdio: ['ignore', 2, 2] }).status;
}

/** What is installed in another version, or with other content, than the lock file says. */
function differing() {
  const wanted = JSON.parse(lockFile.toString()).packages;
  const installed = JSON.parse(readFileSync(resolve(root, 'node_modules/.package-lock.json'), 'utf8')).packages;
  return Object.entries(installed)
    .filter(([path, { version, integrity }]) => {
      const entry = wanted[path];
      return entry?.version !== version || entry.integrity !== integrity;
    })
    .map(([path, { version }]) => `${path.replace('node_modules/', '')} ${version}`);
}

function fail(message) {
  console.error(`error: ${message}`);
  process.exit(2);
}
