/**
 * Makes the `repodata/` of a repository: primary, filelists and other, gzipped and named by digest, and the repomd.xml that names them.
 * Same packages and same date, same bytes. Nothing is written to disk here; sqlite files and updateinfo are left out.
 */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { formatFilelists, formatOther, formatPrimary, type PublishedPackage } from './format-packages.ts';
import { comparePackages } from './package-from-header.ts';

/** What else goes into the metadata. */
export interface RepodataOptions {
  /** Date of the snapshot, seconds since 1970: revision and every timestamp. */
  readonly snapshotSec: number;
  /** modules.yaml for the packages that belong to module streams; left out when none do. */
  readonly modulesYaml?: string;
  readonly compsXml?: string;
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

function dataRecord(type: string, fileName: string, content: string, snapshotSec: number): DataRecord {
  const open = Buffer.from(content, 'utf8');
  const isGzip = fileName.endsWith('.gz');
  const bytes = isGzip ? gzip(open) : open;
  const digest = sha256(bytes);
  const path = `repodata/${digest}-${fileName}`;
  const lines = [
    `  <data type="${type}">`,
    `    <checksum type="sha256">${digest}</checksum>`,
    ...(isGzip ? [`    <open-checksum type="sha256">${sha256(open)}</open-checksum>`] : []),
    `    <location href="${path}"/>`,
    `    <timestamp>${snapshotSec}</timestamp>`,
    `    <size>${bytes.length}</size>`,
    ...(isGzip ? [`    <open-size>${open.length}</open-size>`] : []),
    '  </data>',
  ];
  return { path, bytes, xml: `${lines.join('\n')}\n` };
}

/**
 * The metadata of a repository of `packages`. Their `location` must be the plain file name in the repository. Returns the files with
 * repomd.xml last, since whoever sees it may rely on the others; packages are listed by name, version, architecture.
 */
export function formatRepodata(packages: readonly PublishedPackage[], options: RepodataOptions): RepodataFile[] {
  const sorted = [...packages].sort((a, b) => comparePackages(a.pkg, b.pkg));
  const { snapshotSec, modulesYaml, compsXml } = options;
  const records = [
    dataRecord('primary', 'primary.xml.gz', formatPrimary(sorted), snapshotSec),
    dataRecord('filelists', 'filelists.xml.gz', formatFilelists(sorted), snapshotSec),
    dataRecord('other', 'other.xml.gz', formatOther(sorted), snapshotSec),
    ...(compsXml === undefined ? [] : [dataRecord('group', 'comps.xml', compsXml, snapshotSec)]),
    ...(compsXml === undefined ? [] : [dataRecord('group_gz', 'comps.xml.gz', compsXml, snapshotSec)]),
    ...(modulesYaml === undefined ? [] : [dataRecord('modules', 'modules.yaml.gz', modulesYaml, snapshotSec)]),
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
