/**
 * Every host that publishes packages, on this machine: a server that answers for all hosts of our manifests and for those of
 * `example.test`. Each host has the same archives, whatever path they are asked below; the path of a request begins with the host it was
 * meant for.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { KnownUpstreams } from '../../../src/config/manifest/known-upstreams.ts';
import { parseManifestFiles } from '../../../src/config/manifest/parse-manifest.ts';
import { signCleartext } from '../../../src/trust/signing.ts';
import { profileRequests } from '../embedded/profile-requests.ts';
import { buildDeb, type ControlFields, formatControl } from '../embedded/tiny-deb.ts';
import { embeddedPackages } from '../embedded/wanted-packages.ts';
import { writeElRepository, writeElUpstream } from '../embedded/write-el-upstream.ts';
import { sha256, TOY_DATE_SEC, toyKey } from './toy-archive.ts';

const MANIFESTS = new URL('../../../manifests/', import.meta.url).pathname;
const COMPONENTS = ['main', 'non-free-firmware', 'stable'];
const CODENAMES = { bookworm: 'd12', trixie: 'd13' } as const;
/** The one host that has packages nobody else has. */
const VENDOR = 'packages.example.test';
const VENDOR_PACKAGES = ['acme-agent', 'acme-cli'];

const BASE = { Version: '2.0+acme-1~rc1', Architecture: 'all', Maintainer: 'Acme <a@example.test>' };

type Files = Map<string, Buffer>;

/** The server, and an overlay that sends every published host to it. */
export interface PublishedWorld {
  readonly url: string;
  readonly overlay: string;
  /** The key that signs everything, as text and by its fingerprint. */
  readonly publicKey: string;
  readonly fingerprint: string;
  /** `host/path` of what was asked for. */
  readonly seen: string[];
  readonly headers: IncomingMessage['headers'][];
  /** Hosts that were asked, each once, sorted. */
  hosts(): string[];
  /** Ends the server and removes its files. */
  close(): Promise<void>;
}

export async function startWorld(): Promise<PublishedWorld> {
  const dir = mkdtempSync(join(tmpdir(), 'published-world-'));
  const { fingerprint, publicKeyArmored } = await toyKey();
  await writeElUpstream(join(dir, 'el9'), 'el9', TOY_DATE_SEC, await toyKey());
  const rpms = filesBelow(join(dir, 'el9', 'x86_64'));
  const debs = await debFiles();
  const vendor = await vendorFiles(dir);
  vendor.set('acme.asc', Buffer.from(publicKeyArmored));
  const seen: string[] = [];
  const headers: IncomingMessage['headers'][] = [];
  const server = createServer((request, response) => {
    const [host = '', ...path] = decodeURIComponent((request.url ?? '/').slice(1)).split('/');
    seen.push([host, ...path].join('/'));
    headers.push(request.headers);
    const bytes = host === VENDOR ? find(vendor, path) : (find(debs, path) ?? find(rpms, path));
    if (bytes === undefined) response.writeHead(404).end();
    else response.writeHead(200, { 'content-length': bytes.length }).end(bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  writeFileSync(join(dir, 'key.asc'), publicKeyArmored);
  writeFileSync(join(dir, 'world.yaml'), worldOverlay(url, fingerprint, join(dir, 'key.asc')));
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    rmSync(dir, { recursive: true, force: true });
  };
  const hosts = (): string[] => [...new Set(seen.map((path) => path.split('/')[0] ?? ''))].sort();
  return { url, overlay: join(dir, 'world.yaml'), publicKey: publicKeyArmored, fingerprint, seen, headers, hosts, close };
}

/** Where the archive lies below a host does not matter: what counts is the path inside it. */
function find(files: Files, path: readonly string[]): Buffer | undefined {
  for (let at = 0; at < path.length; at += 1) {
    const bytes = files.get(path.slice(at).join('/'));
    if (bytes !== undefined) return bytes;
  }
  return undefined;
}

function worldOverlay(url: string, fingerprint: string, keyring: string): string {
  const files = ['upstreams/deb.yaml', 'upstreams/rpm.yaml', 'keys.yaml'].map((path) => ({
    path,
    text: readFileSync(join(MANIFESTS, path), 'utf8'),
  }));
  const manifest = parseManifestFiles(files);
  const known = new KnownUpstreams('default');
  for (const { value } of manifest.files) known.add(value);
  const origins = new Set(known.urls().map((one) => new URL(one).origin));
  const names = manifest.files.flatMap(({ value }) => Object.keys(value.keys ?? {}));
  return JSON.stringify({
    schema: 1,
    mirrors: Object.fromEntries([...origins].map((origin) => [`${origin}/`, `${url}/${new URL(origin).hostname}/`])),
    keys: Object.fromEntries(names.map((name) => [name, { fingerprints: [fingerprint], keyrings: [keyring], urls: [] }])),
  });
}

async function debFiles(): Promise<Files> {
  const files: Files = new Map();
  for (const [codename, distro] of Object.entries(CODENAMES)) {
    const target = { distro, arch: 'x86_64' } as const;
    const packages = embeddedPackages(target);
    const there = new Set(packages.map(({ Package: name }) => name));
    const wanted = profileRequests(target, 'pigsty', ['infra', 'node']).map(({ text }) => text);
    const more = wanted.filter((name) => !there.has(name)).map((name) => ({ ...BASE, Package: name, Description: name }) as ControlFields);
    const nginx = packages.find(({ Package: name }) => name === 'nginx');
    const newer = ['1.22.1-9', '1.26.3-1'].map((version) => ({ ...nginx, Version: version }) as ControlFields);
    await addSuite(files, codename, [...packages, ...more, ...newer]);
    for (const other of ['updates', 'security', 'pgdg']) await addSuite(files, `${codename}-${other}`, []);
  }
  await addSuite(files, 'generic', []);
  return files;
}

async function vendorFiles(dir: string): Promise<Files> {
  const files: Files = new Map();
  const debs = VENDOR_PACKAGES.map((name) => ({ ...BASE, Package: name, Description: name }));
  for (const codename of Object.keys(CODENAMES)) await addSuite(files, codename, debs);
  const rpm = { version: '2.0', release: '1', arch: 'x86_64', summary: 'acme', provides: [], requires: [] };
  const rpms = VENDOR_PACKAGES.map((name) => ({ name, ...rpm, files: { [`/opt/${name}`]: name } }));
  await writeElRepository(join(dir, 'vendor'), rpms, await toyKey(), TOY_DATE_SEC);
  for (const [path, bytes] of filesBelow(join(dir, 'vendor'))) files.set(path, bytes);
  return files;
}

async function addSuite(files: Files, suite: string, packages: readonly ControlFields[]): Promise<void> {
  const index = Buffer.from(packages.map((control) => addDeb(files, control)).join('\n'));
  const lines = COMPONENTS.flatMap((component) => {
    const bytes = component === 'main' ? index : Buffer.alloc(0);
    const path = `${component}/binary-amd64/Packages`;
    files.set(`dists/${suite}/${path}.gz`, gzipSync(bytes));
    return [` ${sha256(bytes)} ${bytes.length} ${path}`, ` ${sha256(gzipSync(bytes))} ${gzipSync(bytes).length} ${path}.gz`];
  });
  const date = new Date(TOY_DATE_SEC * 1000).toUTCString();
  const head = [
    'Origin: Toy',
    `Suite: ${suite}`,
    `Codename: ${suite}`,
    `Date: ${date}`,
    'Architectures: all amd64',
    `Components: ${COMPONENTS.join(' ')}`,
  ];
  const text = `${[...head, 'SHA256:', ...lines].join('\n')}\n`;
  files.set(`dists/${suite}/InRelease`, Buffer.from(await signCleartext(text, await toyKey(), TOY_DATE_SEC)));
}

function addDeb(files: Files, control: ControlFields): string {
  const { Package: name = '', Version: version = '', Architecture: arch = '' } = control;
  const path = `pool/${name}_${version}_${arch}.deb`;
  const bytes = files.get(path) ?? buildDeb(control, { [`/usr/share/doc/${name}/${version}`]: name }, TOY_DATE_SEC);
  files.set(path, bytes);
  return formatControl({ ...control, Filename: path, Size: String(bytes.length), SHA256: sha256(bytes) });
}

function filesBelow(dir: string): Files {
  mkdirSync(dir, { recursive: true });
  const names = readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter((name) => statSync(join(dir, name)).isFile());
  return new Map(names.map((name) => [name.endsWith('.rpm') ? basename(name) : name, readFileSync(join(dir, name))]));
}
