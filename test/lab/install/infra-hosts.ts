/**
 * Bare, air-gapped hosts with a stick that has a real bundle of flavor debian, what is done with them, and what INFRA must answer from
 * outside.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import type { Lab } from '../hosts/lab.ts';
import type { LabNode } from '../hosts/lab-node.ts';
import { get } from './ask.ts';
import { type BundleContents, buildInfraBundle, type CarriedBundle } from './build-bundle.ts';
import { type InstallerRun, succeeded } from './installer-run.ts';

/** Room for everything INFRA has; in memory. */
export const INFRA_DISK_BYTES = 6 * 1024 ** 3;
export const INSTALL_LIMIT_MS = 300_000;
/** What runs on a host when all is well. */
export const INFRA_UNITS = 'nginx dnsmasq vmetrics vmalert alertmanager blackbox_exporter nginx_exporter node_exporter haproxy chrony';
/** The same of a small bundle. */
export const SMALL_UNITS = 'nginx node_exporter chrony';

/**
 * dpkg compiles every Python file it installs, for ansible twenty seconds long. A host that only repeats an installation which others are
 * there to show leaves that out; nothing we install or look at depends on it.
 */
const UNCOMPILED = { '/usr/bin/py3compile': '#!/bin/sh\n' };

type Release = 'd12' | 'd13';

/** What {@link InfraHosts.boot} takes. */
export interface InfraHost {
  /** Default: d12. */
  readonly release?: Release;
  readonly address?: string;
  /** Everything as on a host nobody prepared, however long it takes. Default: Python files are not compiled. */
  readonly whole?: boolean;
}

/** What {@link InfraHosts.install} takes. */
export interface InfraInstallation {
  readonly release?: Release;
  /** More options of the command line. */
  readonly options?: string;
}

/** The hosts of one test file. Bundles are built when first asked for and removed after the last test. */
export class InfraHosts {
  readonly #lab: () => Lab;
  readonly contents: BundleContents;
  readonly #bundles = new Map<Release, CarriedBundle>();

  /** Call it in the body of a group of tests; `lab` is the present test's. */
  constructor(lab: () => Lab, contents: BundleContents = 'infra') {
    this.#lab = lab;
    this.contents = contents;
    afterAll(() => {
      for (const { directory } of this.#bundles.values()) rmSync(directory, { recursive: true, force: true });
    });
  }

  /** The bundle for a release. */
  async carried(release: Release = 'd12'): Promise<CarriedBundle> {
    const bundle = this.#bundles.get(release) ?? (await buildInfraBundle(release, [], this.contents));
    this.#bundles.set(release, bundle);
    return bundle;
  }

  async boot(name: string, { release = 'd12', address, whole = false }: InfraHost = {}): Promise<LabNode> {
    const binds = [{ source: (await this.carried(release)).directory, target: '/media/usb' }];
    return this.#lab().boot({
      ...{ name, tree: release, diskBytes: INFRA_DISK_BYTES, binds },
      ...(address === undefined ? {} : { address }),
      ...(whole ? {} : { files: UNCOMPILED }),
    });
  }

  /** The installer with `--offline` and the bundle, as a host sees both. */
  async command(release: Release = 'd12'): Promise<string> {
    const { bundle, directory } = await this.carried(release);
    return `/media/usb/pigsty-install-x86_64 --offline ${bundle.replace(directory, '/media/usb')}`;
  }

  /** Runs {@link command} with more options; it must end well. */
  async install(node: LabNode, { release = 'd12', options = '' }: InfraInstallation = {}): Promise<InstallerRun> {
    const command = `${await this.command(release)} ${options} --json`;
    return succeeded(await node.exec(command, { timeoutMs: INSTALL_LIMIT_MS }));
  }
}

/** Pages every portal has. */
const COMMON_PAGES: readonly (readonly [path: string, contains: string])[] = [
  ['/', 'Pigsty'],
  ['/zh', 'Pigsty'],
  ['/pigsty/', 'repo_complete'],
  ['/pigsty.sources', 'pigsty'],
  ['/ca.crt', 'BEGIN CERTIFICATE'],
];

/** Those of INFRA besides. */
const INFRA_PAGES: typeof COMMON_PAGES = [
  ['/vmetrics/health', 'OK'],
  ['/vmetrics/targets', 'node'],
  ['/vmalert/vmalert/groups', 'infra-alert'],
  ['/alertmgr/', 'Alertmanager'],
  ['/blackbox/', 'Blackbox'],
];

/**
 * Asks every page of the host at `address` by name and by address, over HTTP and HTTPS. `directory`: where the CA's certificate may be put.
 */
export async function assertAnswers(lab: Lab, address: string, directory: string, contents: BundleContents = 'infra'): Promise<void> {
  const caFile = join(directory, 'ca.crt');
  writeFileSync(caFile, (await get(lab, `http://${address}/ca.crt`)).body);
  const pages = contents === 'infra' ? [...COMMON_PAGES, ...INFRA_PAGES] : COMMON_PAGES;
  for (const [path, contains] of pages) {
    const answers = [
      await get(lab, `http://${address}${path}`),
      await get(lab, `http://i.pigsty${path}`, { at: address }),
      await get(lab, `https://i.pigsty${path}`, { at: address, caFile }),
      await get(lab, `https://${address}${path}`, { caFile }),
    ];
    for (const answer of answers) expect(answer, path).toMatchObject({ status: 200, body: expect.stringContaining(contains) });
  }
  // The CA is the only reason the certificate is trusted, and it holds for the names it names.
  expect((await get(lab, 'https://i.pigsty/', { at: address })).status).toBe(0);
  expect((await get(lab, 'https://other.test/', { at: address, caFile })).status).toBe(0);
  if (contents === 'infra') expect((await get(lab, `http://${address}/haproxy/infra-1/`)).status).toBe(401);
}
