/**
 * Ports of this machine for programs that have to be told theirs beforehand. Several test runs share a machine, so none is fixed: each is
 * one that nobody listens on, outside of those the kernel gives to connections, and searched from a place that differs from process to
 * process.
 */
import { createServer } from 'node:net';

const FIRST = 10_000;
/** The kernel gives away ports from 32768 on (net.ipv4.ip_local_port_range). */
const BEYOND = 32_000;
const STRIDE = 97;

let next = FIRST + ((process.pid * STRIDE) % (BEYOND - FIRST));

/** `count` different ports of 127.0.0.1, never the same twice in one process. */
export async function freePorts(count: number): Promise<number[]> {
  const found: number[] = [];
  while (found.length < count) {
    const port = next;
    next = next + 1 < BEYOND ? next + 1 : FIRST;
    if (await isFree(port)) found.push(port);
  }
  return found;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    // Without an address, as some of the programs listen.
    server.listen({ port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
