/** A tiny Debian archive held in memory, signed, as healthy or as broken as a test wants it: change `files`, then `sign` what changed. */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { stringify } from 'yaml';
import { generateSigningKey, readPrivateKey, type SigningKey, signCleartext, signDetached } from '../../../src/trust/signing.ts';
import { buildDeb, type ControlFields, formatControl } from '../embedded/tiny-deb.ts';

/** A package: control fields besides the obvious, and files. */
export interface ToyPackage {
  readonly name: string;
  readonly version?: string;
  readonly fields?: ControlFields;
  readonly files?: Readonly<Record<string, string>>;
  /** Fields the index has in place of the package's own; empty ones are left out of it. */
  readonly listed?: ControlFields;
}

export interface ToyArchiveOptions {
  readonly packages?: readonly ToyPackage[];
  /** Date of the Release file; default 2026-01-02. */
  readonly dateSec?: number;
  readonly validUntilSec?: number;
  readonly byHash?: boolean;
  /** `none` leaves every signature away. */
  readonly signed?: 'inline' | 'detached' | 'none';
  /** The key that signs; default is one made once per process. */
  readonly signer?: SigningKey;
  /** The index as the archive stores it: file name and bytes; default `Packages.gz`. */
  readonly packIndex?: (index: Buffer) => Readonly<Record<string, Buffer>>;
  /** Leave the uncompressed index out of Release. */
  readonly omitPlain?: boolean;
}

/** Path below the archive's root (no slash in front) → content. */
export type ArchiveFiles = Map<string, Buffer>;

export const TOY_DATE_SEC = Date.UTC(2026, 0, 2) / 1000;
export const TOY_SUITE = 'toy';
export const INDEX_DIR = `dists/${TOY_SUITE}/main/binary-amd64`;

/** `hello` needs `libgreet`; `world` stands alone. */
export const TOY_PACKAGES: readonly ToyPackage[] = [
  { name: 'hello', fields: { Depends: 'libgreet (>= 1)' } },
  { name: 'libgreet', files: { '/usr/lib/libgreet': 'x'.repeat(5000) } },
  { name: 'world', files: { '/usr/share/world': 'y'.repeat(200) } },
];

let ownKey: Promise<SigningKey> | undefined;

/** A key made once per process. */
export function toyKey(): Promise<SigningKey> {
  ownKey ??= newToyKey();
  return ownKey;
}

/** Another key. */
export async function newToyKey(): Promise<SigningKey> {
  const { privateKeyArmored } = await generateSigningKey({ name: 'toy', nowSec: TOY_DATE_SEC - 86_400, rsaBits: 2048 });
  return readPrivateKey(Buffer.from(privateKeyArmored), { source: 'the toy key' });
}

/** The archive. */
export async function toyArchive(options: ToyArchiveOptions = {}): Promise<ArchiveFiles> {
  const files: ArchiveFiles = new Map();
  const dateSec = options.dateSec ?? TOY_DATE_SEC;
  const index = Buffer.from((options.packages ?? TOY_PACKAGES).map((toy) => addPackage(files, toy)).join('\n'));
  const packed = (options.packIndex ?? ((bytes) => ({ 'Packages.gz': gzipSync(bytes) })))(index);
  const listed: Record<string, Buffer> = { ...(options.omitPlain === true ? {} : { Packages: index }), ...packed };
  for (const [name, bytes] of Object.entries(packed)) {
    files.set(`${INDEX_DIR}/${name}`, bytes);
    if (options.byHash === true) files.set(`${INDEX_DIR}/by-hash/SHA256/${sha256(bytes)}`, bytes);
  }
  await addRelease(files, formatRelease(listed, dateSec, options), options);
  return files;
}

async function addRelease(files: ArchiveFiles, text: string, { signed = 'inline', signer, dateSec = TOY_DATE_SEC }: ToyArchiveOptions) {
  const key = signer ?? (await toyKey());
  const dir = `dists/${TOY_SUITE}`;
  if (signed === 'inline') files.set(`${dir}/InRelease`, Buffer.from(await signCleartext(text, key, dateSec)));
  else files.set(`${dir}/Release`, Buffer.from(text));
  if (signed === 'detached') files.set(`${dir}/Release.gpg`, Buffer.from(await signDetached(Buffer.from(text), key, dateSec)));
}

function addPackage(files: ArchiveFiles, { name, version = '1.0', fields = {}, files: content, listed = {} }: ToyPackage): string {
  const control: ControlFields = {
    Package: name,
    Version: version,
    Architecture: 'all',
    Maintainer: 'Toy <toy@example.test>',
    ...fields,
    Description: `toy ${name}`,
  };
  const bytes = buildDeb(control, content ?? { [`/usr/share/doc/${name}/toy`]: name }, TOY_DATE_SEC);
  const path = `pool/${name}_${version}_all.deb`;
  files.set(path, bytes);
  const stanza = { ...control, ...listed, Filename: path, Size: String(bytes.length), SHA256: sha256(bytes) };
  return formatControl(Object.fromEntries(Object.entries(stanza).filter(([, value]) => value !== '')));
}

function formatRelease(listed: Readonly<Record<string, Buffer>>, dateSec: number, { validUntilSec, byHash }: ToyArchiveOptions): string {
  const fields = [
    'Origin: Toy',
    `Suite: ${TOY_SUITE}`,
    `Codename: ${TOY_SUITE}`,
    `Date: ${new Date(dateSec * 1000).toUTCString()}`,
    ...(validUntilSec === undefined ? [] : [`Valid-Until: ${new Date(validUntilSec * 1000).toUTCString()}`]),
    ...(byHash === true ? ['Acquire-By-Hash: yes'] : []),
    'Architectures: all amd64',
    'Components: main',
    'SHA256:',
    ...Object.entries(listed).map(([name, bytes]) => ` ${sha256(bytes)} ${bytes.length} main/binary-amd64/${name}`),
  ];
  return `${fields.join('\n')}\n`;
}

/** What an overlay says about the toy upstream. */
export interface ToyOverlay {
  /** Base URLs, best first. */
  readonly urls: readonly string[];
  readonly fingerprint: string;
  readonly keyFile: string;
  /** Any other sections, or other values of these. */
  readonly more?: Readonly<Record<string, unknown>>;
}

/** An overlay that puts the toy archive in the place of all others, with a profile `toy` of hello and world. */
export function toyOverlay({ urls, fingerprint, keyFile, more }: ToyOverlay): string {
  return stringify({
    schema: 1,
    disable: ['base', 'updates', 'security'],
    keys: { toy: { fingerprints: [fingerprint], keyrings: [keyFile], urls: [] } },
    upstreams: [
      {
        name: 'toy',
        module: 'node',
        url: { default: [...urls] },
        suite: TOY_SUITE,
        components: ['main'],
        key: 'toy',
        signed: ['metadata'],
      },
    ],
    profiles: { toy: { description: 'toy packages', packages: ['hello', 'world'] } },
    ...more,
  });
}

/** Writes an archive to disk. */
export function writeArchive(files: ArchiveFiles, directory: string): void {
  for (const [path, bytes] of files) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), bytes);
  }
}

/** The bytes with one bit in the middle turned. */
export function flipped(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  const at = copy.length >> 1;
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export function sha512(bytes: Uint8Array): string {
  return createHash('sha512').update(bytes).digest('hex');
}
