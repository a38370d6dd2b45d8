/** A real bundle with the installer of the present sources, for tests that boot hosts. Downloads stay in the lab's store. */
import { mkdirSync, mkdtempSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { labSubdirectory } from '../hosts/lab-directory.ts';
import { mustRun } from '../hosts/run-command.ts';
import { buildInstaller } from './build-installer.ts';

const ROOT = new URL('../../../', import.meta.url).pathname;

/** A bundle and the installer beside it, in a directory of their own, as they are carried. */
export interface CarriedBundle {
  readonly directory: string;
  readonly bundle: string;
  readonly installer: string;
}

/** Everything INFRA has, or three packages of it: enough for locks, journals and kills, in a fraction of the time. */
export type BundleContents = 'infra' | 'small';

const REQUESTS: Readonly<Record<BundleContents, readonly string[]>> = {
  infra: ['--profile', 'infra,node'],
  small: ['--profile', '', '--package', 'nginx', '--package', 'chrony', '--package', 'prometheus-node-exporter'],
};

/** Builds a bundle of flavor debian. `more`: further options. Remove `directory` afterwards. */
export async function buildInfraBundle(
  distro: 'd12' | 'd13',
  more: readonly string[] = [],
  contents: BundleContents = 'infra',
): Promise<CarriedBundle> {
  await buildInstaller();
  mkdirSync(labSubdirectory('bundles'), { recursive: true });
  const directory = mkdtempSync(join(labSubdirectory('bundles'), `${distro}-`));
  const request = [
    '--distro',
    distro,
    '--flavor',
    'debian',
    ...REQUESTS[contents],
    '--output',
    directory,
    '--store',
    labSubdirectory('store'),
  ];
  await mustRun([process.execPath, join(ROOT, 'src/cli/bin/pigsty-bundle.js'), 'build', ...request, ...more], {
    timeoutMs: 900_000,
    cwd: directory,
  });
  const find = (test: RegExp): string => join(directory, readdirSync(directory).find((name) => test.test(name)) ?? 'missing');
  return { directory, bundle: find(/\.tgz$/), installer: find(/^pigsty-install/) };
}
