/**
 * Metadata as large as Enterprise Linux 9's (18k packages, some 50 MB of primary.xml), made of one real repository: beside its own packages
 * fifteen copies in which every name, capability and path is renamed alike, so that each copy is a world of its own. Left out of the
 * copies: the few packages with a megabyte of kernel symbols each, of which the real thing has no sixteen either.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';

const COPIES = 16;
const LARGEST_COPIED = 1 << 16;
const PACKAGE = /<package[ >].*?<\/package>\n?/gs;
const UNCHANGED_IN_RICH = /^(if|and|or|else|unless|with|without|(&lt;|&gt;|=)+)$/;
const OPERATOR = /^(&lt;|&gt;|=)+$/;

/** Writes `into`/repodata from the repodata folder `from`: primary, filelists and comps. */
export function enlargeMetadata(from: string, into: string): void {
  const repodata = join(into, 'repodata');
  mkdirSync(repodata, { recursive: true });
  const files = readdirSync(from);
  const read = (ending: string) => {
    const name = files.find((file) => file.endsWith(ending));
    if (name === undefined) throw new Error(`${from} has no ${ending}`);
    return gunzipSync(readFileSync(join(from, name))).toString('utf8');
  };
  const primary = read('primary.xml.gz').match(PACKAGE) ?? [];
  const isCopied = new Set(primary.filter((text) => text.length <= LARGEST_COPIED).map(pkgid));
  const filelists = read('filelists.xml.gz').match(PACKAGE) ?? [];
  const entries = [
    writeDocument(repodata, 'primary', metadata('metadata', 'common', copies(primary, isCopied))),
    writeDocument(repodata, 'filelists', metadata('filelists', 'filelists', copies(filelists, isCopied))),
    writeDocument(repodata, 'group_gz', read('.x86_64.xml.gz')),
  ];
  writeFileSync(join(repodata, 'repomd.xml'), `${head('repomd', 'repo', '')}${entries.join('')}</repomd>\n`);
}

function head(root: string, namespace: string, rest: string): string {
  const namespaces = `xmlns="http://linux.duke.edu/metadata/${namespace}" xmlns:rpm="http://linux.duke.edu/metadata/rpm"`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root} ${namespaces}${rest}>\n`;
}

function metadata(root: string, namespace: string, packages: readonly string[]): string {
  return `${head(root, namespace, ` packages="${packages.length}"`)}${packages.join('')}</${root}>\n`;
}

function writeDocument(repodata: string, type: string, text: string): string {
  const plain = Buffer.from(text);
  const packed = gzipSync(plain, { level: 6 });
  const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
  const name = `${sha256(packed)}-${type}.xml.gz`;
  writeFileSync(join(repodata, name), packed);
  const checksums = `<checksum type="sha256">${sha256(packed)}</checksum><open-checksum type="sha256">${sha256(plain)}</open-checksum>`;
  const sizes = `<size>${packed.length}</size><open-size>${plain.length}</open-size>`;
  return `<data type="${type}">${checksums}<location href="repodata/${name}"/><timestamp>1</timestamp>${sizes}</data>\n`;
}

/** Primary has the digest as text, filelists as an attribute. */
function pkgid(text: string): string {
  return /(?:pkgid="|pkgid="YES">)([0-9a-f]{64})/.exec(text)?.[1] ?? '';
}

function copies(packages: readonly string[], isCopied: ReadonlySet<string>): string[] {
  const copied = packages.filter((text) => isCopied.has(pkgid(text)));
  const numbers = Array.from({ length: COPIES - 1 }, (_, at) => at + 1);
  return [...packages, ...numbers.flatMap((number) => copied.map((text) => renamed(text, number)))];
}

function renamed(text: string, number: number): string {
  const prefix = `c${number}.`;
  const digits = number.toString(16).padStart(2, '0');
  return text
    .replace(/(pkgid="|pkgid="YES">)[0-9a-f]{2}/, `$1${digits}`)
    .replace(/(<name>|" name="(?=[^"]*" arch=)|href="Packages\/)/g, `$1${prefix}`)
    .replace(/(<rpm:entry name=")([^"]*)/g, (_, start: string, name: string) => start + renamedCapability(name, prefix))
    .replace(/(<file(?: type="\w+")?>)([^<]*)/g, (_, start: string, path: string) => start + renamedWord(path, prefix));
}

function renamedCapability(name: string, prefix: string): string {
  if (!name.startsWith('(')) return renamedWord(name, prefix);
  const words = name.split(' ');
  const isKept = (word: string, at: number) => UNCHANGED_IN_RICH.test(word) || OPERATOR.test(words[at - 1] ?? '');
  return words.map((word, at) => (isKept(word, at) ? word : renamedWord(word, prefix))).join(' ');
}

/** `c3.bash`, `/usr/bin/c3.bash`, `(c3.bash`: paths stay in their folders. */
function renamedWord(word: string, prefix: string): string {
  return word.replace(/^\(*(?:\/(?:.*\/)?)?/, (start) => start + prefix);
}
