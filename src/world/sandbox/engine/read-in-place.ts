// Connections to the engine that are read through one buffer. Node gives every piece that it reads a buffer of its own, and V8 lets 64 MiB
// of them pile up before it collects any: that is what a flood of output would cost the host.
import { Agent } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** Of all connections: what lies in it is given on before anything else is read. */
const buffer = Buffer.allocUnsafeSlow(64 * 1024);

const sinks = new WeakMap<Duplex, (bytes: Buffer) => void>();

/** Gives all that comes. The next bytes overwrite these: a sink copies what it keeps. */
export function readInPlace(stream: Duplex, sink: (bytes: Buffer) => void): void {
  sinks.set(stream, sink);
  // What was read before, and all of a connection that no such agent opened (ssh).
  stream.on('data', sink);
}

/** What dockerode opens connections with. Keeps them as Node's own agent does. */
export function createAgent(protocol?: string): Agent {
  const agent = new (protocol === 'https' ? TlsAgent : Agent)({ keepAlive: true, timeout: 5000 });
  const connect = agent.createConnection.bind(agent);
  agent.createConnection = (options, opened) => {
    const onread = { buffer, callback: (length: number) => give(socket, buffer.subarray(0, length)) };
    const socket = connect({ ...options, onread } as typeof options, opened) as Socket;
    return socket;
  };
  return agent;
}

/** Whether more may be read. */
function give(socket: Socket, bytes: Buffer): boolean {
  const sink = sinks.get(socket);
  // In their order: those that were read before the sink was there come first.
  if (sink === undefined || socket.readableLength > 0) return socket.push(Buffer.from(bytes));
  sink(bytes);
  return true;
}
