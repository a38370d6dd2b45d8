/**
 * A port of this machine that leads to a host of the lab, though no packet can pass between their networks: a helper inside the lab's
 * network listens on a socket file, which belongs to no network.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Lab } from '../test/lab/hosts/lab.ts';

/** Where from, where to. */
export interface Forward {
  /** On localhost of this machine. */
  readonly port: number;
  readonly address: string;
  readonly targetPort: number;
}

const HELPER = `const { connect, createServer } = require('node:net'); const [path, port, host] = process.argv.slice(1);
createServer((near) => { const far = connect(Number(port), host); near.pipe(far).pipe(near); near.on('error', () => far.destroy()); far.on('error', () => near.destroy()); })
  .listen(path, () => console.log('ready'));`;

/** Starts forwarding; call what is returned to end it. */
export async function forwardIntoLab(lab: Lab, { port, address, targetPort }: Forward): Promise<() => void> {
  const directory = mkdtempSync(join(tmpdir(), 'lab-forward-'));
  const path = join(directory, 'socket');
  const argv = [`--net=/run/netns/${lab.netns}`, process.execPath, '-e', HELPER, path, String(targetPort), address];
  const helper = spawn('nsenter', argv, { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(helper.stdout, 'data');
  const server = createServer((near) => {
    const far = connect(path);
    near.pipe(far).pipe(near);
    near.on('error', () => far.destroy());
    far.on('error', () => near.destroy());
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return () => {
    server.close();
    helper.kill();
    rmSync(directory, { recursive: true, force: true });
  };
}
