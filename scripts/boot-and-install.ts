/**
 * Boots a Debian host without network, installs a bundle on it with pigsty-install, asks the portal from outside and shows where it is.
 * Arguments: the bundle; `--keep` leaves the host on until Ctrl-C (as on a terminal), with the portal on a port of this machine. Needs
 * root.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { basename, dirname, join, resolve } from 'node:path';
import { formatDuration } from '../src/base/bytes.ts';
import { createLab, type Lab } from '../test/lab/hosts/lab.ts';
import type { LabNode } from '../test/lab/hosts/lab-node.ts';
import { labUnavailable } from '../test/lab/hosts/lab-unavailable.ts';
import { get } from '../test/lab/install/ask.ts';
import { forwardIntoLab } from './lab-forward.ts';

/** In memory: dpkg syncs every file it writes. */
const DISK_BYTES = 6 * 1024 ** 3;
const HTTP_PORT = 8080;

const [bundle, keep] = process.argv.slice(2);
const tree = /\.(d12|d13)\.x86_64\.tgz$/.exec(bundle ?? '')?.[1];
if (bundle === undefined || tree === undefined) {
  console.error('usage: node scripts/boot-and-install.ts BUNDLE.tgz [--keep], with a bundle for d12.x86_64 or d13.x86_64');
  process.exit(64);
}
const reason = labUnavailable();
if (reason !== undefined) {
  console.error(`No host can be booted here: ${reason}`);
  process.exit(77);
}

const lab = await createLab();
try {
  const node = await bootHost(lab, bundle);
  const installer = `/media/usb/pigsty-install-x86_64 --offline /media/usb/${basename(bundle)}`;
  console.log(`\n# ${installer} --check   (its last lines)`);
  console.log((await node.mustExec(`${installer} --check --quiet | grep -v '^    ' | tail -n 12`)).trimEnd());
  console.log(`\n# ${installer}`);
  await runShown(node, `${installer} 2>&1 | grep -v ': changed$'`);
  console.log('\n# once more: nothing to do');
  await runShown(node, `${installer} 2>&1 | head -n 3`);
  console.log('\n# asked from another machine of its network');
  await askFromOutside(lab, node);
  const stray = await lab.strayPackets();
  console.log(`packets to any address outside its network: ${stray.count}${stray.count > 0 ? ` (${stray.destinations.join(', ')})` : ''}`);
  if (keep === '--keep' || process.stdin.isTTY === true) await stay(lab, node);
  else console.log(`\nThe portal was at http://${node.address}/ (http://i.pigsty/); with --keep the host stays on for a look.`);
} finally {
  await lab.destroy();
}

async function bootHost(into: Lab, path: string): Promise<LabNode> {
  const startMs = performance.now();
  const binds = [{ source: dirname(resolve(path)), target: '/media/usb' }];
  const node = await into.boot({ name: 'infra-1', tree: tree as 'd12' | 'd13', binds, diskBytes: DISK_BYTES });
  console.log(`host ${node.name} booted, ${node.address}, no way out: ${formatDuration(performance.now() - startMs)}`);
  return node;
}

/** Output as it comes; a failure ends the script. */
async function runShown(node: LabNode, command: string): Promise<void> {
  const [program = '', ...argv] = node.sshArgv(`bash -o pipefail -c ${JSON.stringify(command)}`);
  const [status] = (await once(spawn(program, argv, { stdio: ['ignore', 'inherit', 'inherit'] }), 'close')) as [number];
  if (status !== 0) throw new Error(`${command}: status ${status}`);
}

async function askFromOutside(from: Lab, node: LabNode): Promise<void> {
  const caFile = join(node.root, 'data/nginx/ca.crt');
  for (const path of ['/', '/vmetrics/', '/vmalert/', '/alertmgr/', '/blackbox/', '/pigsty/', '/ca.crt']) {
    const plain = await get(from, `http://${node.address}${path}`);
    const secure = await get(from, `https://i.pigsty${path}`, { at: node.address, caFile });
    console.log(`  ${path.padEnd(12)} http ${plain.status}   https ${secure.status}`);
  }
}

/** The host stays on, and this machine's browser can look at it. */
async function stay(at: Lab, node: LabNode): Promise<void> {
  const end = await forwardIntoLab(at, { port: HTTP_PORT, address: node.address, targetPort: 80 });
  console.log(`\nThe portal: http://localhost:${HTTP_PORT}/   (Ctrl-C ends it and takes the host down)`);
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  end();
}
