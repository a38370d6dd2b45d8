/**
 * Installing on a booted Debian 12 host: everything `pigsty-install` does (verify, unpack, simulate, install, configure, start, probe)
 * against `tar xzf` and one `apt-get install` of the same packages, nothing else. Fresh hosts, in turn, disks in memory. Needs root and
 * systemd-nspawn.
 */
import { rmSync } from 'node:fs';
import { installSets, useBundle } from '../../test/lab/hosts/install-deb-bundle.ts';
import { createLab, type Lab } from '../../test/lab/hosts/lab.ts';
import type { LabNode } from '../../test/lab/hosts/lab-node.ts';
import { labUnavailable } from '../../test/lab/hosts/lab-unavailable.ts';
import { buildInfraBundle, type CarriedBundle } from '../../test/lab/install/build-bundle.ts';
import { succeeded } from '../../test/lab/install/installer-run.ts';
import type { Row } from './row.ts';

const DISK_BYTES = 6 * 1024 ** 3;
const ROUNDS = 2;

/** The packages `pigsty-install` asks apt for. */
const PACKAGES = [
  ...['chrony', 'ansible', 'dnsmasq', 'nginx', 'prometheus-alertmanager', 'prometheus-blackbox-exporter', 'prometheus-nginx-exporter'],
  ...['victoria-metrics', 'haproxy', 'prometheus-node-exporter'],
];

/** Whole runs, the better of two, and a second run over ssh's own time. */
export async function bench(): Promise<Row[]> {
  const reason = labUnavailable();
  if (reason !== undefined) throw new Error(reason);
  const carried = await buildInfraBundle('d12');
  const lab = await createLab();
  try {
    const ours: number[] = [];
    const theirs: number[] = [];
    const again: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      theirs.push(await onFreshHost(lab, carried, `theirs-${round}`, (node, bundle) => theirWay(node, bundle)));
      ours.push(
        await onFreshHost(lab, carried, `ours-${round}`, async (node, bundle) => {
          const first = await timed(() => ourWay(node, bundle));
          again.push(await timed(() => ourWay(node, bundle)));
          return first;
        }),
      );
    }
    const [mine, other, idle] = [Math.min(...ours), Math.min(...theirs), Math.min(...again)];
    return [
      row('install INFRA on Debian 12: everything, against tar xzf + apt-get install', mine, other, '≤ 1.25×'),
      row('the same again, nothing to do, against the first time', idle, mine, ''),
    ];
  } finally {
    await lab.destroy();
    rmSync(carried.directory, { recursive: true, force: true });
  }
}

function row(what: string, oursMs: number, theirsMs: number, budget: string): Row {
  const text = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
  return { what, ours: text(oursMs), theirs: text(theirsMs), ratio: oursMs / theirsMs, budget };
}

async function onFreshHost(
  lab: Lab,
  carried: CarriedBundle,
  name: string,
  measure: (node: LabNode, bundle: string) => Promise<number>,
): Promise<number> {
  const binds = [{ source: carried.directory, target: '/media/usb' }];
  const node = await lab.boot({ name, tree: 'd12', binds, diskBytes: DISK_BYTES });
  try {
    return await measure(node, carried.bundle.replace(carried.directory, '/media/usb'));
  } finally {
    await node.destroy();
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now();
  await work();
  return performance.now() - startMs;
}

function theirWay(node: LabNode, bundle: string): Promise<number> {
  return timed(async () => {
    await useBundle(node, bundle);
    await installSets(node, [PACKAGES]);
  });
}

async function ourWay(node: LabNode, bundle: string): Promise<void> {
  succeeded(await node.exec(`/media/usb/pigsty-install-x86_64 --offline ${bundle} --json`, { timeoutMs: 600_000 }));
}
