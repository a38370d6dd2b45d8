/**
 * A small signed RPM repository for machines that reach no real one: a placeholder for every package the profiles infra, node and pgsql of
 * an EL target ask for. Its key is made on the spot and thrown away: what it signs is worth nothing beyond showing how a bundle is built.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { stringify } from 'yaml';
import { ARCHES, type Distro } from '../../../src/base/target.ts';
import { packageFromHeaders, type RpmPackageWithFiles } from '../../../src/rpm/package/package-from-header.ts';
import { readRpm } from '../../../src/rpm/package/read-rpm.ts';
import { formatRepodata } from '../../../src/rpm/write/format-repodata.ts';
import { generateSigningKey, readPrivateKey, type SigningKey, signDetached } from '../../../src/trust/signing.ts';
import { profileRequests } from './profile-requests.ts';
import { buildRpm, type TinyRpm } from './tiny-rpm.ts';
import type { EmbeddedUpstream } from './write-upstream.ts';

const PROFILES = ['infra', 'node', 'pgsql'];
const NAME = 'embedded';

/** What placeholders need besides glibc, so that there is something to resolve. */
const REQUIRES: Readonly<Record<string, readonly string[]>> = {
  glibc: [],
  bash: ['glibc'],
  ansible: ['ansible-core', 'python3'],
  'ansible-core': ['python3', '(python3-jmespath if ansible)'],
  chrony: ['libcap', 'systemd', '/usr/bin/bash'],
  grafana: ['/usr/bin/bash', 'fontconfig'],
  nginx: ['nginx-filesystem', 'openssl-libs', 'pcre2'],
  'nginx-core': ['nginx-filesystem'],
};

/** Writes a repository for each CPU below `directory`; all dates in it are `nowSec`. Signed by a new key, unless one is given. */
export async function writeElUpstream(directory: string, distro: Distro, nowSec: number, key?: SigningKey): Promise<EmbeddedUpstream> {
  const signer = key ?? (await newKey(nowSec));
  let packages = 0;
  for (const arch of ARCHES) {
    const rpms = placeholders({ distro, arch });
    packages += rpms.length;
    await writeElRepository(join(directory, arch), rpms, signer, nowSec);
  }
  const { fingerprint, publicKeyArmored } = signer;
  writeBelow(directory, 'key.asc', Buffer.from(publicKeyArmored));
  writeBelow(directory, 'overlay.yaml', Buffer.from(formatOverlay(directory, distro, fingerprint)));
  return { codename: distro, packages, fingerprint, overlayPath: join(directory, 'overlay.yaml') };
}

async function newKey(nowSec: number): Promise<SigningKey> {
  const { privateKeyArmored } = await generateSigningKey({ name: 'embedded upstream', nowSec, rsaBits: 2048 });
  return readPrivateKey(Buffer.from(privateKeyArmored), { source: 'the key of the embedded upstream' });
}

function placeholders(target: Parameters<typeof profileRequests>[0]): readonly TinyRpm[] {
  const names = new Set(['glibc', 'bash']);
  const pending = profileRequests(target, 'pigsty', PROFILES).map(({ text }) => text);
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (names.has(name) || /[/( ]/.test(name)) continue;
    names.add(name);
    pending.push(...(REQUIRES[name] ?? []));
  }
  return [...names, 'python3-jmespath'].sort().map((name) => ({
    ...{ name, version: '0~embedded1', release: '1', arch: target.arch, provides: [], requires: REQUIRES[name] ?? ['glibc'] },
    summary: `stands in for ${name} where its upstream cannot be reached`,
    files: filesOf(name),
  }));
}

function filesOf(name: string): Readonly<Record<string, string>> {
  const text = `This is a placeholder for ${name}, made where its upstream could not be reached. It does nothing.\n`;
  return { [`/usr/share/doc/${name}/README.embedded`]: text, ...(name === 'bash' ? { '/usr/bin/bash': text } : {}) };
}

/** Writes a repository of these packages, packages and metadata signed by `signer`; all dates in it are `nowSec`. */
export async function writeElRepository(directory: string, rpms: readonly TinyRpm[], signer: SigningKey, nowSec: number): Promise<void> {
  const published: RpmPackageWithFiles[] = [];
  for (const rpm of rpms) {
    const location = `${rpm.name}-${rpm.version}-${rpm.release}.${rpm.arch}.rpm`;
    const bytes = await buildRpm(rpm, signer, nowSec);
    writeBelow(directory, location, bytes);
    const contents = await readRpm(bytes, location);
    const checksum = { algorithm: 'sha256', hex: contents.sha256Hex } as const;
    published.push(packageFromHeaders(contents, { checksum, sizeBytes: bytes.length, timeFileSec: nowSec, location }));
  }
  const repodata = formatRepodata(published, { snapshotSec: nowSec });
  for (const { path, bytes } of repodata) writeBelow(directory, path, bytes);
  const repomd = repodata.at(-1);
  if (repomd === undefined) throw new Error('no metadata was written');
  writeBelow(directory, `${repomd.path}.asc`, Buffer.from(await signDetached(repomd.bytes, signer, nowSec)));
}

function formatOverlay(directory: string, distro: Distro, fingerprint: string): string {
  const url = `${pathToFileURL(directory).href}/$basearch`;
  const key = `${NAME}-${distro}`;
  return stringify({
    schema: 1,
    only: [NAME],
    keys: { [key]: { fingerprints: [fingerprint], keyrings: [join(directory, 'key.asc')], urls: [] } },
    upstreams: [{ name: NAME, on: [distro], module: 'node', url, key, signed: ['metadata', 'packages'] }],
  });
}

function writeBelow(directory: string, path: string, bytes: Uint8Array): void {
  const target = join(directory, path);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, bytes);
}
