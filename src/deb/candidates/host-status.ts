/**
 * What apt sees of a host in its dpkg status file (dpkg-query(1), "Package states"; apt's `ParseStatus`): a package counts as installed in
 * every state but `not-installed` and `config-files`, also while it waits for triggers or is not configured yet. One that is
 * `half-installed` serves nobody; when it also wants to be reinstalled, apt does nothing before it has an archive of it.
 */
import { AppError, isAppError } from '../../base/errors.ts';
import { type DebPackageIndex, indexInstalled } from '../index/deb-package-index.ts';
import { parseInstalledRecord } from '../index/package-record.ts';
import { readStanza, type Stanza } from '../package/deb822.ts';
import { parseRelations } from '../package/relations.ts';

/** A package apt wants an archive of before it does anything else. */
export interface HalfInstalled {
  readonly name: string;
  readonly version: string;
}

/** A dpkg status file as apt reads it. */
export interface HostStatus {
  /** What counts as installed. */
  readonly index: DebPackageIndex;
  /** `name arch` of packages on hold: neither upgraded nor removed. */
  readonly held: ReadonlySet<string>;
  readonly halfInstalled: readonly HalfInstalled[];
  /** What was odd, as sentences. */
  readonly notes: readonly string[];
}

const RELATION_FIELDS = ['pre-depends', 'depends', 'conflicts', 'breaks', 'provides'] as const;
const NOT_THERE: ReadonlySet<string> = new Set(['not-installed', 'config-files']);
const MOST_NAMED = 5;

/**
 * Reads a status file. A stanza that cannot be read costs itself, a relation that cannot be read its field; both are noted.
 *
 * @throws {AppError} `INDEX_INVALID` when no package is installed by it, `INDEX_TOO_LARGE`.
 */
export function parseHostStatus(bytes: Buffer, where: string): HostStatus {
  const kept: string[] = [];
  const held = new Set<string>();
  const halfInstalled: HalfInstalled[] = [];
  const faults: string[] = [];
  const stanzas = bytes
    .toString('utf8')
    .split(/\n(?:\r*\n)+/)
    .filter((stanza) => stanza.trim() !== '');
  for (const text of stanzas) {
    const read = readPackage(text, where, faults);
    if (read === null) continue;
    const { fields, name, version, arch } = read;
    const [want = '', flag = '', state = ''] = (fields.get('status') ?? '').split(/\s+/);
    if (state === '' || NOT_THERE.has(state)) continue;
    if (state === 'half-installed') {
      if (flag === 'reinstreq') halfInstalled.push({ name, version });
      faults.push(`${name} is half-installed, and counts as absent`);
      continue;
    }
    if (want === 'hold') held.add(`${name} ${arch}`);
    kept.push(read.text);
  }
  if (stanzas.length > 0 && kept.length === 0) {
    throw new AppError('INDEX_INVALID', `${where} lists no installed package`, { hint: 'give a copy of /var/lib/dpkg/status of the host' });
  }
  return { index: indexInstalled(Buffer.from(`${kept.join('\n\n')}\n`), where), held, halfInstalled, notes: notesOf(faults, where) };
}

interface ReadPackage {
  readonly text: string;
  readonly fields: Stanza;
  readonly name: string;
  readonly version: string;
  readonly arch: string;
}

function readPackage(text: string, where: string, faults: string[]): ReadPackage | null {
  try {
    const { fields } = readStanza(text);
    if (NOT_THERE.has((fields.get('status') ?? '').split(/\s+/)[2] ?? '')) return null;
    const { name, version, arch } = parseInstalledRecord(text, where);
    const unreadable = RELATION_FIELDS.filter((field) => !isReadable(fields.get(field) ?? ''));
    for (const field of unreadable) faults.push(`${name}: nobody can read its ${field}, which counts as empty`);
    return { text: withoutFields(text, unreadable), fields, name, version, arch };
  } catch (error) {
    if (!isAppError(error, 'INDEX_INVALID')) throw error;
    faults.push(`${error.message.replace(`${where}: `, '')}; this package is left out`);
    return null;
  }
}

function isReadable(field: string): boolean {
  try {
    parseRelations(field, '');
    return true;
  } catch (error) {
    if (!isAppError(error, 'INDEX_INVALID')) throw error;
    return false;
  }
}

function withoutFields(text: string, fields: readonly string[]): string {
  return fields.reduce((left, field) => left.replace(new RegExp(`^${field}:.*(?:\\n[ \\t].*)*\\n?`, 'im'), ''), text).trim();
}

function notesOf(faults: readonly string[], where: string): string[] {
  if (faults.length === 0) return [];
  const more = faults.length > MOST_NAMED ? `; and ${faults.length - MOST_NAMED} more` : '';
  return [`the host of ${where}: ${faults.slice(0, MOST_NAMED).join('; ')}${more}`];
}
