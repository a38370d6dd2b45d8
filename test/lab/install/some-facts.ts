/** Facts of an unremarkable Debian 12 host, to be varied: a fresh one with a size and a disk. */
import { freshHostFacts } from '../../../src/install/plan/fresh-host.ts';
import type { InstallFacts } from '../../../src/install/state/earlier-runs.ts';

const GIB = 1024 ** 3;

export const SOME_FACTS: InstallFacts = {
  ...freshHostFacts({ distro: 'd12', arch: 'x86_64', family: 'deb' }, '10.77.0.11'),
  os: { id: 'debian', idLike: [], versionId: '12', codename: 'bookworm', prettyName: 'Debian GNU/Linux 12 (bookworm)', distro: 'd12' },
  kernel: '6.1.0',
  cpus: 2,
  memoryBytes: 4 * GIB,
  memoryAvailableBytes: 3 * GIB,
  clockSec: 1_750_000_000,
  clockSkewSec: 0.2,
  nrOpen: 1_048_576,
  mounts: [{ path: '/', device: '/dev/sda', type: 'ext4', options: ['rw'], availableBytes: 50 * GIB, totalBytes: 60 * GIB }],
  packageManager: { name: 'apt', version: '2.6.1' },
  users: new Map(),
  groups: new Map(),
};
