/**
 * Makes the `repodata/` of a repository: primary, filelists and other, gzipped and named by digest, and the repomd.xml that names them.
 * Same packages and same date, same bytes. Nothing is written to disk here; sqlite files, comps, updateinfo and modules.yaml are left out
 * (why dnf needs none of the last: `format-repo-file.ts`).
 */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { compareRpmPackages } from '../package/package-from-header.ts';
import { formatFilelists, formatOther, formatPrimary, type PublishedPackage } from './format-packages.ts';

/** What the metadata says besides its packages. */
export interface RepodataOptions {
  /** Date of the snapshot, seconds since 1970: revision and every timestamp. */
  readonly snapshotSec: number;
}

/** A file of the repository. */
export interface RepodataFile {
  /** Below the repository's root: `repodata/repomd.xml`. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

interface DataRecord extends RepodataFile {
  readonly xml: string;
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** gzip without date, and with the same operating system byte everywhere. */
function gzip(bytes: Uint8Array): Buffer {
  const packed = gzipSync(bytes, { level: 6 });
  packed[9] = 3;
  return packed;
}

function dataRecord(type: string, content: string, snapshotSec: number): DataRecord {
  const open = Buffer.from(content, 'utf8');
  const bytes = gzip(open);
  const digest = sha256(bytes);
  const path = `repodata/${digest}-${type}.xml.gz`;
  const lines = [
    `  <data type="${type}">`,
    `    <checksum type="sha256">${digest}</checksum>`,
    `    <open-checksum type="sha256">${sha256(open)}</open-checksum>`,
    `    <location href="${path}"/>`,
    `    <timestamp>${snapshotSec}</timestamp>`,
    `    <size>${bytes.length}</size>`,
    `    <open-size>${open.length}</open-size>`,
    '  </data>',
  ];
  return { path, bytes, xml: `${lines.join('\n')}\n` };
}

/**
 * The metadata of a repository of `packages`. Their `location` must be the plain file name in the repository. Returns the files with
 * repomd.xml last, since whoever sees it may rely on the others; packages are listed by name, version, architecture.
 */
export function formatRepodata(packages: readonly PublishedPackage[], options: RepodataOptions): RepodataFile[] {
  const sorted = [...packages].sort((a, b) => compareRpmPackages(a.pkg, b.pkg));
  const { snapshotSec } = options;
  const records = [
    dataRecord('primary', formatPrimary(sorted), snapshotSec),
    dataRecord('filelists', formatFilelists(sorted), snapshotSec),
    dataRecord('other', formatOther(sorted), snapshotSec),
  ];
  const repomd = [
    '<?xml version="1.0" encoding="UTF-8"?>\n',
    '<repomd xmlns="http://linux.duke.edu/metadata/repo" xmlns:rpm="http://linux.duke.edu/metadata/rpm">\n',
    `  <revision>${snapshotSec}</revision>\n`,
    ...records.map((record) => record.xml),
    '</repomd>\n',
  ].join('');
  return [...records.map(({ path, bytes }) => ({ path, bytes })), { path: 'repodata/repomd.xml', bytes: Buffer.from(repomd) }];
}
