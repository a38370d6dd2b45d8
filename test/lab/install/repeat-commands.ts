/**
 * Runs short commands over one SSH connection, one after the other, and counts those whose status arrived. Arguments: address, key, known
 * hosts, how many.
 */
import { sshHost } from '../../../src/host/ssh.ts';

const [, , hostname = '', key = '', knownHosts = '', times = ''] = process.argv;
const count = Number(times);
const host = await sshHost({ id: hostname, hostname, user: 'root', keyFiles: [key], hostKeys: { files: [knownHosts], unknown: 'refuse' } });
let heard = 0;
for (let i = 0; i < count; i += 1) {
  const stdin = i % 2 === 0 ? {} : { stdin: Buffer.alloc(i * 100) };
  const result = await host.run({ argv: ['sh', '-c', 'cat; exit "$1"', 'sh', String(i % 7)], ...stdin }).catch(() => null);
  if (result?.code === i % 7) heard += 1;
}
await host.close();
process.stdout.write(`${heard} of ${count}\n`);
