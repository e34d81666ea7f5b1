// The network of a set-up step: one of the sandbox's own, whose only other member is a proxy that opens connections to the allowed hosts.
// The host has no address on it, and names are looked up by the proxy alone: what is not asked of the proxy goes nowhere.
import { randomBytes } from 'node:crypto';
import type Docker from 'dockerode';
import { messageOf, SandboxError } from '../../../core/schema/errors.ts';
import type { Network } from '../container/container.ts';
import type { Labels } from '../container/owner.ts';
import { isPodman } from '../engine/podman.ts';
import { PROXY_IMAGE } from '../images/proxy-image.ts';

const PORT = 8888;
const MIB = 1024 * 1024;

/** `hosts`: names, and `*.name` for all names below one. */
export async function openAllowList(
  docker: Docker,
  hosts: readonly string[],
  labels: Labels,
): Promise<Network & AsyncDisposable> {
  const allow = hosts.map(toPattern).join('\n');
  if (await isPodman(docker))
    throw new SandboxError('Podman cannot keep a network to an allow-list: use a Docker engine, or no network.');
  const name = `stepwright-${randomBytes(6).toString('hex')}`;
  const made: { remove(): Promise<unknown> }[] = [];
  const dispose = async (): Promise<void> => {
    // What does not go now is the reaper's.
    for (const part of made.splice(0).reverse()) await part.remove().catch(() => undefined);
  };
  try {
    const network = await docker.createNetwork({
      Name: name,
      Internal: true,
      Labels: labels,
      // Else the host would have an address there.
      Options: { 'com.docker.network.bridge.inhibit_ipv4': 'true' },
    });
    made.push(network);
    const proxy = await docker.createContainer(proxyOptions(name, allow, labels));
    made.push({ remove: () => proxy.remove({ force: true, v: true }) });
    await network.connect({ Container: proxy.id });
    await proxy.start();
    const address = (await proxy.inspect()).NetworkSettings.Networks[name]!.IPAddress;
    return { network: name, env: proxyEnv(`http://${address}:${PORT}`), [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw new SandboxError(`Cannot open a network to ${hosts.join(', ')}: ${messageOf(error)}`, { cause: error });
  }
}

/** An extended regular expression of what the proxy is asked for. */
function toPattern(host: string): string {
  if (!/^(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*$/i.test(host))
    throw new SandboxError(
      `Allowed host "${host}": not a name. Give one as example.org, or *.example.org for those below it.`,
    );
  const literal = host.replace(/^\*\./, '').replaceAll('.', '\\.');
  return host.startsWith('*.') ? `^.+\\.${literal}$` : `^${literal}$`;
}

const proxyOptions = (name: string, allow: string, labels: Labels): Docker.ContainerCreateOptions => ({
  name: `${name}-proxy`,
  Image: PROXY_IMAGE,
  User: '65534',
  Env: [`ALLOW=${allow}`],
  Labels: labels,
  HostConfig: {
    Init: true,
    NetworkMode: 'bridge',
    ReadonlyRootfs: true,
    Tmpfs: { '/tmp': `size=${MIB},mode=1777` },
    CapDrop: ['ALL'],
    SecurityOpt: ['no-new-privileges'],
    Memory: 64 * MIB,
    MemorySwap: 64 * MIB,
    PidsLimit: 96,
    LogConfig: { Type: 'none', Config: {} },
  },
});

function proxyEnv(url: string): Record<string, string> {
  const local = 'localhost,127.0.0.1';
  const names = { http_proxy: url, https_proxy: url, no_proxy: local };
  const upper = Object.entries(names).map(([name, value]) => [name.toUpperCase(), value]);
  return { ...names, ...Object.fromEntries(upper) };
}
