/**
 * A small signed Debian archive (the layout of Debian's own: `dists/SUITE`, `pool`), for machines that reach no real one.
 * Its key is made on the spot and thrown away: what it signs is worth nothing beyond showing how a bundle is built.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { stringify } from 'yaml';
import { ARCHES, type Distro, packageArch } from '../../../src/base/target.ts';
import { generateSigningKey, readPrivateKey, signCleartext } from '../../../src/trust/signing.ts';
import { buildDeb, type ControlFields, formatControl } from './tiny-deb.ts';
import { embeddedPackages } from './wanted-packages.ts';

const CODENAMES: Partial<Record<Distro, string>> = { d12: 'bookworm', d13: 'trixie' };

/** What was written. */
export interface EmbeddedUpstream {
  readonly codename: string;
  readonly packages: number;
  readonly fingerprint: string;
  /** An overlay for `--manifest` that puts this archive in the place of Debian's. */
  readonly overlayPath: string;
}

/** Writes the archive for `distro` into `directory`; all dates in it are `nowSec`. */
export async function writeEmbeddedUpstream(directory: string, distro: Distro, nowSec: number): Promise<EmbeddedUpstream> {
  const codename = CODENAMES[distro];
  if (codename === undefined)
    throw new Error(`there is no embedded upstream for ${distro}; it exists for ${Object.keys(CODENAMES).join(' ')}`);
  const suite = join(directory, 'dists', codename);
  const indexes = new Map<string, Buffer>();
  const written = new Set<string>();
  for (const arch of ARCHES) {
    const architecture = packageArch({ distro, arch });
    const stanzas = embeddedPackages({ distro, arch }).map((control) => writePackage(directory, control, nowSec, written));
    const text = Buffer.from(stanzas.join('\n'));
    indexes.set(`main/binary-${architecture}/Packages`, text);
    indexes.set(`main/binary-${architecture}/Packages.gz`, gzipSync(text));
  }
  for (const [path, bytes] of indexes) writeBelow(suite, path, bytes);
  const key = await generateSigningKey({ name: 'embedded upstream', nowSec, rsaBits: 2048 });
  const signer = await readPrivateKey(Buffer.from(key.privateKeyArmored), { source: 'the key of the embedded upstream' });
  writeBelow(suite, 'InRelease', Buffer.from(await signCleartext(formatRelease(codename, indexes, nowSec), signer, nowSec)));
  writeBelow(directory, 'key.asc', Buffer.from(key.publicKeyArmored));
  writeBelow(directory, 'overlay.yaml', Buffer.from(formatOverlay(directory, distro, codename, key.fingerprint)));
  return { codename, packages: written.size, fingerprint: key.fingerprint, overlayPath: join(directory, 'overlay.yaml') };
}

/** Writes a package unless another CPU's turn has, and returns its stanza of the index. */
function writePackage(directory: string, control: ControlFields, nowSec: number, written: Set<string>): string {
  const { Package: name = '', Version: version = '', Architecture: architecture = '' } = control;
  const text = `This is a placeholder for ${name}, made where Debian's archive could not be reached. It does nothing.\n`;
  const bytes = buildDeb(control, { [`/usr/share/doc/${name}/README.embedded`]: text }, nowSec);
  const path = `pool/main/${name.slice(0, 1)}/${name}/${name}_${version}_${architecture}.deb`;
  if (!written.has(path)) writeBelow(directory, path, bytes);
  written.add(path);
  return formatControl({ ...control, Filename: path, Size: String(bytes.length), SHA256: sha256(bytes) });
}

function formatRelease(codename: string, indexes: ReadonlyMap<string, Buffer>, nowSec: number): string {
  const lines = [...indexes].map(([path, bytes]) => ` ${sha256(bytes)} ${bytes.length} ${path}`);
  const fields = [
    'Origin: pigsty-bundle',
    'Label: Embedded upstream',
    `Suite: ${codename}`,
    `Codename: ${codename}`,
    `Date: ${new Date(nowSec * 1000).toUTCString()}`,
    'Architectures: all amd64 arm64',
    'Components: main',
    'Description: placeholders for Debian packages',
    'SHA256:',
  ];
  return `${[...fields, ...lines].join('\n')}\n`;
}

/** Overlays of several distros may be given together. */
function formatOverlay(directory: string, distro: Distro, codename: string, fingerprint: string): string {
  const url = pathToFileURL(directory).href;
  const key = `embedded-${distro}`;
  const upstream = {
    name: 'embedded',
    on: [distro],
    module: 'node',
    url,
    suite: codename,
    components: ['main'],
    key,
    signed: ['metadata'],
  };
  return stringify({
    schema: 1,
    only: ['embedded'],
    keys: { [key]: { fingerprints: [fingerprint], keyrings: [join(directory, 'key.asc')], urls: [] } },
    upstreams: [upstream],
  });
}

function writeBelow(directory: string, path: string, bytes: Buffer): void {
  const target = join(directory, path);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, bytes);
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
