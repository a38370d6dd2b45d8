/**
 * The `Packages` index of a flat repository (deb-repository format, https://wiki.debian.org/DebianRepository/Format; field order of
 * dpkg-scanpackages(1)). Written from control stanzas that were read and verified before: no package is opened again.
 * MD5 and SHA-1 are left out; so is Description-md5, which points to translations a flat repository does not have.
 */
import { gzipSync } from 'node:zlib';
import { compareCodeUnits } from '../../base/compare.ts';
import { AppError } from '../../base/errors.ts';

/** A package as the index names it. */
export interface PackagesEntry {
  /** Its control stanza: the text of one paragraph, from an upstream's Packages or from the package itself. */
  readonly stanza: string;
  /** File name in the repository, without directory, as it is on disk. */
  readonly fileName: string;
  readonly sizeBytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

const FIELD_ORDER = `package package-type source version kernel-version built-using static-built-using architecture subarchitecture
installer-menu-item build-essential essential protected origin bugs multi-arch maintainer original-maintainer installed-size pre-depends depends recommends
suggests enhances conflicts breaks replaces provides filename size sha256 section priority homepage`.split(/\s+/);
const RANK = new Map(FIELD_ORDER.map((name, rank) => [name, rank]));
/** Unknown fields keep their own order between these and the description. */
const RANK_UNKNOWN = FIELD_ORDER.length;
const RANK_DESCRIPTION = FIELD_ORDER.length + 1;
const DROPPED = new Set(['filename', 'size', 'md5sum', 'sha1', 'sha256', 'sha512', 'description-md5', 'status', 'conffiles']);

/** One field with its continuation lines, `Name: value` without the final newline. */
interface Field {
  readonly name: string;
  readonly text: string;
}

/**
 * The text of `Packages`: one stanza per entry, sorted by name, version (by code unit, which is stable, not by Debian's order) and
 * architecture; `Filename: ./x.deb`.
 *
 * @throws {AppError} `PACKAGE_INVALID` naming every file whose stanza lacks Package, Version or Architecture or is not a stanza.
 */
export function formatPackages(entries: readonly PackagesEntry[]): string {
  const faults: string[] = [];
  const stanzas = entries.map((entry) => formatStanza(entry, faults));
  if (faults.length > 0) {
    throw new AppError('PACKAGE_INVALID', `control data that cannot go into an index:\n  ${faults.join('\n  ')}`, { details: { faults } });
  }
  return stanzas
    .toSorted((a, b) => compareKeys(a.key, b.key))
    .map((stanza) => stanza.text)
    .join('\n');
}

/** gzip without time and name, so that equal content gives equal bytes with the same Node release. */
export function gzipDeterministic(bytes: Uint8Array): Buffer {
  const packed = gzipSync(bytes, { level: 9 });
  packed.writeUInt8(0xff, 9);
  return packed;
}

function formatStanza(entry: PackagesEntry, faults: string[]): { readonly key: readonly string[]; readonly text: string } {
  const fields = splitFields(entry, faults).filter((field) => !DROPPED.has(field.name));
  const value = (name: string): string => {
    const text = fields.find((field) => field.name === name)?.text;
    if (text === undefined) faults.push(`${entry.fileName}: no ${name}`);
    return text?.slice(name.length + 1).trim() ?? '';
  };
  const key = [value('package'), value('version'), value('architecture'), entry.fileName];
  fields.push({ name: 'filename', text: `Filename: ./${entry.fileName}` });
  fields.push({ name: 'size', text: `Size: ${entry.sizeBytes}` });
  fields.push({ name: 'sha256', text: `SHA256: ${entry.sha256}` });
  const text = fields.toSorted((a, b) => rankOf(a.name) - rankOf(b.name)).map((field) => `${field.text}\n`);
  return { key, text: text.join('') };
}

function rankOf(name: string): number {
  return RANK.get(name) ?? (name === 'description' ? RANK_DESCRIPTION : RANK_UNKNOWN);
}

function splitFields(entry: PackagesEntry, faults: string[]): Field[] {
  const fields: Field[] = [];
  for (const line of entry.stanza.replace(/\s+$/, '').split('\n')) {
    const last = fields.at(-1);
    if (line.startsWith(' ') || line.startsWith('\t')) {
      if (last === undefined) faults.push(`${entry.fileName}: begins with a continuation line`);
      else fields[fields.length - 1] = { name: last.name, text: `${last.text}\n${line.trimEnd()}` };
      continue;
    }
    const colon = line.indexOf(':');
    if (colon <= 0) faults.push(`${entry.fileName}: ${JSON.stringify(line.slice(0, 60))} is not a field`);
    else fields.push({ name: line.slice(0, colon).toLowerCase(), text: line.trimEnd() });
  }
  return fields;
}

function compareKeys(a: readonly string[], b: readonly string[]): number {
  for (let i = 0; i < a.length; i += 1) {
    const order = compareCodeUnits(a[i]!, b[i]!);
    if (order !== 0) return order;
  }
  return 0;
}
