/** Boots a Debian host without network and installs a bundle on it with the host's own apt. Argument: the bundle. Needs root. */
import { basename, dirname, resolve } from 'node:path';
import { formatDuration } from '../src/base/bytes.ts';
import { parseTarget } from '../src/base/target.ts';
import { installSets, useBundle } from '../test/support/lab/install-deb-bundle.ts';
import { createLab } from '../test/support/lab/lab.ts';
import { labUnavailable } from '../test/support/lab/lab-unavailable.ts';
import { profileWishes } from './embedded/profile-wishes.ts';

const [bundle] = process.argv.slice(2);
const match = /\.([a-z]+\d+)\.(x86_64)\.tgz$/.exec(bundle ?? '');
if (bundle === undefined || match?.[1] === undefined) throw new Error('usage: node scripts/boot-and-install.ts BUNDLE.tgz (for x86_64)');
const target = parseTarget(match[1], 'x86_64');
const tree = target.distro;
if (tree !== 'd12' && tree !== 'd13') throw new Error(`no host of ${tree} can be booted here, only d12 and d13`);
const reason = labUnavailable();
if (reason !== undefined) {
  console.error(`No host can be booted here: ${reason}`);
  process.exit(77);
}

/** In memory: dpkg syncs every file it writes. */
const DISK_BYTES = 6 * 1024 ** 3;

const binds = [{ source: dirname(resolve(bundle)), target: '/media/usb' }];
const lab = await createLab();
try {
  let startMs = performance.now();
  const done = (what: string): void => {
    console.log(`${what}: ${formatDuration(performance.now() - startMs)}`);
    startMs = performance.now();
  };
  const node = await lab.boot({ name: 'infra-1', tree, binds, diskBytes: DISK_BYTES });
  done('host booted');
  await useBundle(node, `/media/usb/${basename(bundle)}`);
  done('bundle unpacked, apt updated from it');
  const names = profileWishes(target, 'debian', ['infra', 'node']).map((wish) => wish.text);
  await installSets(node, [names]);
  done(`${names.length} packages of profiles infra and node installed`);
  const stray = await lab.strayPackets();
  console.log(`packets to any address outside the lab: ${stray.count}${stray.count > 0 ? ` (${stray.destinations.join(', ')})` : ''}`);
} finally {
  await lab.destroy();
}
