/**
 * A tiny signed EL repository held in memory, as healthy or as broken as a test wants it: metadata may be edited before it is described and
 * signed.
 */
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Distro } from '../../../src/base/target.ts';
import { packageFromHeaders, type RpmPackageWithFiles } from '../../../src/rpm/package/package-from-header.ts';
import { readRpm } from '../../../src/rpm/package/read-rpm.ts';
import { formatRepodata } from '../../../src/rpm/write/format-repodata.ts';
import { type SigningKey, signDetached } from '../../../src/trust/signing.ts';
import { ownManifest } from '../embedded/profile-requests.ts';
import { buildRpm, type TinyRpm } from '../embedded/tiny-rpm.ts';
import { type ArchiveFiles, sha256, TOY_DATE_SEC, toyKey } from './toy-archive.ts';

/** A document of the metadata. */
export type ToyPart = 'primary' | 'filelists' | 'modules';

/** What is not as it should be. */
export interface ToyElOptions {
  /** Changes a document before its digests are taken: what the upstream itself would have published. */
  readonly edit?: Partial<Record<ToyPart, (text: string) => string>>;
  /** Other bytes as the packed document, of which only the packed digest is true. */
  readonly pack?: Partial<Record<ToyPart, (bytes: Buffer) => Buffer>>;
  /** Changes the package `world` after it was signed and before the metadata was made. */
  readonly damage?: (rpm: Buffer) => Buffer | Promise<Buffer>;
  /** Signs the package `world` instead of the upstream's key. */
  readonly packageSigner?: SigningKey;
  /** Signs `repomd.xml` instead of the upstream's key; null leaves the signature away. */
  readonly metadataSigner?: SigningKey | null;
}

const BASE = { version: '1.0', release: '1.el9', arch: 'x86_64', summary: 'toy', provides: [], requires: [] };

/** `hello` needs `libgreet` by a path that only filelists has; `world` stands alone. */
const PACKAGES: readonly TinyRpm[] = [
  { ...BASE, name: 'hello', requires: ['/usr/share/libgreet/words'], files: { '/usr/bin/hello': 'hello' } },
  { ...BASE, name: 'libgreet', files: { '/usr/share/libgreet/words': 'x'.repeat(5000) } },
  { ...BASE, name: 'world', files: { '/usr/share/world': 'y'.repeat(200) } },
];

const MODULES = '---\ndocument: modulemd-defaults\nversion: 1\ndata:\n  module: toy\n  stream: "1"\n  profiles: {}\n...\n';

/** File name of the package `name`. */
export function toyRpmFile(name: string): string {
  return `${name}-1.0-1.el9.x86_64.rpm`;
}

/** The path of a document of the metadata of {@link toyElUpstream}. */
export function toyPartPath(part: ToyPart): string {
  return part === 'modules' ? 'repodata/modules.yaml.gz' : `repodata/${part}.xml.gz`;
}

/** The repository. */
export async function toyElUpstream(options: ToyElOptions = {}): Promise<ArchiveFiles> {
  const files: ArchiveFiles = new Map();
  const key = await toyKey();
  const published: RpmPackageWithFiles[] = [];
  for (const rpm of PACKAGES) {
    const isWorld = rpm.name === 'world';
    const sound = await buildRpm(rpm, (isWorld ? options.packageSigner : undefined) ?? key, TOY_DATE_SEC);
    const bytes = isWorld ? ((await options.damage?.(sound)) ?? sound) : sound;
    const location = toyRpmFile(rpm.name);
    files.set(location, bytes);
    const checksum = { algorithm: 'sha256', hex: sha256(bytes) } as const;
    const facts = { checksum, sizeBytes: bytes.length, timeFileSec: TOY_DATE_SEC, location };
    published.push(packageFromHeaders(await readRpm(sound, location), facts));
  }
  const entries = [...documents(published)].map(([part, text]) => addPart(files, part, text, options));
  const repomd = Buffer.from(
    `<?xml version="1.0" encoding="UTF-8"?>\n<repomd xmlns="http://linux.duke.edu/metadata/repo">\n<revision>1</revision>\n${entries.join('')}</repomd>\n`,
  );
  files.set('repodata/repomd.xml', repomd);
  const signer = options.metadataSigner === undefined ? key : options.metadataSigner;
  if (signer !== null) files.set('repodata/repomd.xml.asc', Buffer.from(await signDetached(repomd, signer, TOY_DATE_SEC)));
  return files;
}

function documents(published: readonly RpmPackageWithFiles[]): ReadonlyMap<ToyPart, string> {
  const written = formatRepodata(published, { snapshotSec: TOY_DATE_SEC });
  const textOf = (part: string) => gunzipSync(written.find(({ path }) => path.includes(`${part}.xml`))?.bytes ?? '').toString();
  return new Map([
    ['primary', textOf('primary')],
    ['filelists', textOf('filelists')],
    ['modules', MODULES],
  ]);
}

/** Stores a document and returns its entry of `repomd.xml`. */
function addPart(files: ArchiveFiles, part: ToyPart, text: string, { edit, pack }: ToyElOptions): string {
  const open = Buffer.from(edit?.[part]?.(text) ?? text);
  const packed = pack?.[part]?.(open) ?? gzipSync(open);
  files.set(toyPartPath(part), packed);
  return [
    `<data type="${part}"><checksum type="sha256">${sha256(packed)}</checksum><open-checksum type="sha256">${sha256(open)}</open-checksum>`,
    `<location href="${toyPartPath(part)}"/><timestamp>${TOY_DATE_SEC}</timestamp>`,
    `<size>${packed.length}</size><open-size>${open.length}</open-size></data>\n`,
  ].join('');
}

/** Sections of an overlay that put the repository at `urls` in the place of all others, for `ToyLab.overlay`. */
export function toyElSections(
  urls: readonly string[],
  distro: Distro = 'el9',
  signed: readonly ('metadata' | 'packages')[] = ['metadata', 'packages'],
): Readonly<Record<string, unknown>> {
  const { upstreams } = ownManifest({ distro, arch: 'x86_64' }, 'pigsty');
  return {
    disable: upstreams.map(({ name }) => name),
    upstreams: [{ name: 'toy', module: 'node', url: { default: [...urls] }, key: 'toy', signed: [...signed] }],
  };
}

/** The main header of an RPM, behind its lead and its padded signature header: where it begins. */
export function headerStart(rpm: Buffer): number {
  const signatures = 96;
  const size = 16 + rpm.readUInt32BE(signatures + 8) * 16 + rpm.readUInt32BE(signatures + 12);
  return signatures + Math.ceil(size / 8) * 8;
}
