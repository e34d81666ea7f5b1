// Which boundary is in force, as `doctor` reports it.
import { expect, test } from 'vitest';
import {
  describeIsolation,
  missingRuntime,
  requestedRuntime,
} from '../../../../src/world/sandbox/container/runtime.ts';

const runtimes = {
  runc: { path: 'runc' },
  strong: { path: '/usr/bin/runsc' },
  kata: { runtimeType: 'io.containerd.kata.v2' },
};
const engine = { DefaultRuntime: 'runc', Runtimes: runtimes, SecurityOptions: ['name=seccomp,profile=default'] };

test.each([
  [
    'the default runtime',
    engine,
    undefined,
    /^runc: the host's own kernel, behind namespaces, seccomp; root in a sandbox has root's user id/,
  ],
  ['user namespaces', { ...engine, SecurityOptions: ['name=userns'] }, undefined, /is an ordinary user of the host/],
  [
    'a rootless engine',
    { ...engine, SecurityOptions: ['name=rootless'] },
    undefined,
    /is an ordinary user of the host/,
  ],
  ['gVisor under another name', engine, 'strong', /^strong: gVisor/],
  ['Kata', engine, 'kata', /^kata: Kata, a virtual machine/],
  ['an engine that reports nothing', {}, undefined, /^the default runtime: the host's own kernel/],
])('%s is described', (_, reported, requested, expected) => {
  expect(describeIsolation(reported, requested)).toMatch(expected);
});

test('a runtime that the engine lacks is named beside those that it has', () => {
  expect(missingRuntime(engine, 'runsc')).toMatch(/^Runtime runsc: .* only kata, runc, strong\./);
  expect(missingRuntime(engine, 'constructor')).toBeDefined();
  expect(missingRuntime(engine, 'runc')).toBeUndefined();
});

test('an empty variable requests nothing', () => {
  expect(requestedRuntime({ STEPWRIGHT_RUNTIME: '' })).toBeUndefined();
  expect(requestedRuntime({ STEPWRIGHT_RUNTIME: 'runsc' })).toBe('runsc');
});
