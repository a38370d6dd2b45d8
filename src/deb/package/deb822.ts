/**
 * Stanzas of deb822(5): `Field: value` lines, continuation lines that start with a blank, stanzas separated by empty lines.
 * For small files (Release, control data of a package, one stanza of an index); a whole Packages file goes through `deb-package-index.ts`.
 * Comments (`#`) are dropped; field names are case-insensitive and kept in lower case.
 */
import { AppError } from '../../base/errors.ts';

/** Field name in lower case → value. Continuation lines are joined with `\n`, their leading blank removed. */
export type Stanza = ReadonlyMap<string, string>;

const FIELD_NAME = /^[!-9;-~]+$/;

/** A stanza, and what was odd about it. */
export interface ReadStanza {
  readonly fields: Stanza;
  /** Lines that are no field, fields given twice: sentences, in the order of the text. */
  readonly oddities: readonly string[];
}

/**
 * Reads the first stanza of `text` as dpkg reads control data: everything must be right.
 *
 * @param what names the text in messages.
 * @throws {AppError} `INDEX_INVALID` naming every bad line: a line without a colon, a continuation of nothing, a field given twice.
 */
export function parseStanza(text: string, what: string): Stanza {
  const { fields, oddities } = readStanza(text);
  if (oddities.length > 0) throw new AppError('INDEX_INVALID', `${what}: ${oddities.slice(0, 10).join('; ')}`);
  return fields;
}

/**
 * Reads the first stanza of `text` as apt reads an index: of a field given twice the last value counts, and what is no field is passed
 * over. (After such a line apt loses the next field too; we do not.)
 */
export function readStanza(text: string): ReadStanza {
  const fields = new Map<string, string>();
  const oddities: string[] = [];
  let current: string | undefined;
  for (const raw of text.split('\n')) {
    const line = raw.trimEnd();
    if (line === '') {
      // A line of blanks continues a field, as apt sees it: only an empty one ends the stanza.
      if (fields.size > 0 && /^\r*$/.test(raw)) break;
      continue;
    }
    if (line.startsWith('#')) continue;
    if (line.startsWith(' ') || line.startsWith('\t')) {
      if (current === undefined) oddities.push(`"${excerpt(line)}" continues no field`);
      else fields.set(current, `${fields.get(current)}\n${line.slice(1)}`);
      continue;
    }
    current = addField(fields, line, oddities);
  }
  return { fields, oddities };
}

/** `yes` in any case, as dpkg and apt read flags. */
export function isYes(value: string | undefined): boolean {
  return value?.trim().toLowerCase() === 'yes';
}

function addField(fields: Map<string, string>, line: string, oddities: string[]): string | undefined {
  const colon = line.indexOf(':');
  const name = line.slice(0, Math.max(colon, 0)).trimEnd().toLowerCase();
  if (!FIELD_NAME.test(name)) {
    oddities.push(`"${excerpt(line)}" is not a field`);
    return undefined;
  }
  if (fields.has(name)) oddities.push(`field ${name} is given twice`);
  fields.set(name, line.slice(colon + 1).trim());
  return name;
}

function excerpt(line: string): string {
  return line.length > 60 ? `${line.slice(0, 60)}…` : line;
}
