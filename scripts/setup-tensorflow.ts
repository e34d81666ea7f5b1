// Builds the `tensorflow` backend: tfjs's Node addon, compiled against the TensorFlow library of PyPI's wheel, since the published addon
// stops at TensorFlow 2.9. Linux, with Python 3 (pip) and a C++ compiler. Stages that are done are not done again.
//
//   npm run setup:tensorflow             # for the CPU
//   npm run setup:tensorflow -- --gpu    # for NVIDIA GPUs, with CUDA from PyPI's wheels
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import { packageRoot } from '../src/core/run/paths.ts';
import { ConfigError, messageOf } from '../src/core/schema/errors.ts';
import { addonPackage, type TensorflowKind, tensorflowFolder } from '../src/learning/student/backend/tensorflow.ts';

/** What the student is tested on. */
const TENSORFLOW = '2.21.0';
const ADDON = '4.22.0';
/** Which Python's wheel is taken; the library in it needs none. */
const PYTHON = '3.12';

const { values: flags } = parseArgs({
  options: {
    gpu: { type: 'boolean', default: false },
    tensorflow: { type: 'string', default: TENSORFLOW },
  },
});
const kind: TensorflowKind = flags.gpu ? 'gpu' : 'cpu';
const folder = tensorflowFolder(kind);
const site = join(folder, 'site');
/** The packages that are taken, with their hashes. */
const lock = join(import.meta.dirname, 'locks', `tensorflow-${kind}`);
const addon = join(folder, 'node_modules', addonPackage(kind));

try {
  await requireTools();
  mkdirSync(folder, { recursive: true });
  await stage('addon', `${addonPackage(kind)} ${ADDON}`, fetchAddon);
  await stage('library', `TensorFlow ${flags.tensorflow}`, fetchLibrary);
  await stage('build', `${addonPackage(kind)} ${ADDON} against TensorFlow ${flags.tensorflow}`, buildAddon);
  await report();
} catch (error) {
  console.error(`error: ${messageOf(error)}`);
  process.exitCode = 2;
}

async function requireTools(): Promise<void> {
  if (process.platform !== 'linux')
    throw new ConfigError(
      `setup:tensorflow: only Linux can be set up, this is ${process.platform}. Use --backend wasm.`,
    );
  const tools: [command: string, args: string[], todo: string][] = [
    ['python3', ['-m', 'pip', '--version'], 'Install Python 3 with pip'],
    ['make', ['--version'], 'Install make'],
    ['c++', ['--version'], 'Install a C++ compiler'],
  ];
  for (const [command, args, todo] of tools)
    await execa(command, args).catch((error: unknown) => {
      throw new ConfigError(
        `setup:tensorflow: \`${[command, ...args].join(' ')}\` fails (${firstLine(error)}). ${todo}.`,
      );
    });
}

/** Runs a stage unless it left its mark for the same `goal`; what it does must be repeatable. */
async function stage(name: string, goal: string, run: () => Promise<void>): Promise<void> {
  const mark = join(folder, `.${name}`);
  if (existsSync(mark) && readFileSync(mark, 'utf8') === goal) {
    console.error(`· ${name}: ${goal} (there already)`);
    return;
  }
  console.error(`▸ ${name}: ${goal}`);
  const started = performance.now();
  rmSync(mark, { force: true });
  await run();
  writeFileSync(mark, goal);
  console.error(`  done in ${Math.round((performance.now() - started) / 1000)} s`);
}

async function fetchAddon(): Promise<void> {
  for (const file of ['package.json', 'package-lock.json']) copyFileSync(join(lock, file), join(folder, file));
  // Its own install script would fetch the old library.
  const settings = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  await tool('npm', ['ci', ...settings], folder);
}

async function fetchLibrary(): Promise<void> {
  const wheels = join(folder, 'wheels');
  const name = kind === 'gpu' ? 'tensorflow' : 'tensorflow-cpu';
  const settings = ['--no-deps', '--only-binary=:all:', '--python-version', PYTHON, '--progress-bar=off', '--quiet'];
  // Of another version than the tested one no hash is known.
  const locked = ['--require-hashes', '--requirement', join(lock, 'requirements.txt')];
  const wanted = flags.tensorflow === TENSORFLOW ? locked : [`${name}==${flags.tensorflow}`];
  await tool('python3', ['-m', 'pip', 'download', ...settings, '--dest', wheels, ...wanted], folder);
  const wheel = join(wheels, readdirSync(wheels).find((file) => file.startsWith(`${name.replace('-', '_')}-`))!);
  rmSync(site, { recursive: true, force: true });
  const cuda = await tool('python3', [join(import.meta.dirname, 'tensorflow_wheel.py'), wheel, site], folder);
  if (kind === 'gpu')
    await tool('python3', ['-m', 'pip', 'install', ...settings, '--target', site, ...cuda.trim().split('\n')], folder);
  rmSync(wheels, { recursive: true });
}

async function buildAddon(): Promise<void> {
  const deps = join(addon, 'deps');
  rmSync(deps, { recursive: true, force: true });
  mkdirSync(join(deps, 'lib'), { recursive: true });
  symlinkSync(join(site, 'tensorflow/include'), join(deps, 'include'));
  // The addon links with the C library's name; the wheel has its functions in the C++ one.
  const libraries: Record<string, string[]> = {
    'libtensorflow_cc.so.2': ['libtensorflow.so', 'libtensorflow.so.2', 'libtensorflow_cc.so.2'],
    'libtensorflow_framework.so.2': ['libtensorflow_framework.so', 'libtensorflow_framework.so.2'],
  };
  for (const [library, names] of Object.entries(libraries))
    for (const name of names) symlinkSync(join(site, 'tensorflow', library), join(deps, 'lib', name));
  // The library looks for CUDA beside its own folder.
  if (kind === 'gpu') symlinkSync(join(site, 'nvidia'), join(deps, 'nvidia'));
  // Node's headers where they lie beside it; else node-gyp fetches them.
  const prefix = join(dirname(process.execPath), '..');
  const headers = existsSync(join(prefix, 'include/node/node_api.h')) ? [`--nodedir=${prefix}`] : [];
  await tool('npm', ['exec', '--offline', '--', 'node-pre-gyp', 'install', '--build-from-source', ...headers], addon);
}

/** What a program printed; all of it goes to a log, whose end is shown where the program fails. */
async function tool(command: string, args: string[], cwd: string): Promise<string> {
  const log = join(folder, 'setup.log');
  const { failed, all, stdout } = await execa(command, args, { cwd, all: true, reject: false });
  writeFileSync(log, `$ ${command} ${args.join(' ')}\n${all}\n`, { flag: 'a' });
  if (!failed) return stdout;
  const tail = all.trim().split('\n').slice(-3).join(' | ');
  throw new ConfigError(`${command} ${args.slice(0, 3).join(' ')} … failed: ${tail}. The whole of it is in ${log}.`);
}

/** Loads what was built, in a process of its own, and multiplies. */
async function report(): Promise<void> {
  const check = `
    import * as tf from '@tensorflow/tfjs-core';
    import { openBackend } from './src/learning/student/backend/backend.ts';
    const { detail } = await openBackend('tensorflow');
    const product = tf.matMul([[1, 2]], [[3], [4]]).dataSync()[0];
    console.log(product === 11 ? detail : \`1·3 + 2·4 = \${product}\`);
  `;
  const { stdout } = await execa('node', ['--import', 'tsx', '--input-type=module', '--eval', check], {
    cwd: packageRoot,
  });
  console.log(`${stdout} in ${relative(process.cwd(), folder)}`);
}

function firstLine(error: unknown): string {
  return messageOf(error).split(' | ')[0]!.slice(0, 120);
}
