/**
 * Stanzas of deb822(5): `Field: value` lines, continuation lines that start with a blank, stanzas separated by empty lines.
 * For small files (Release, dpkg status fragments, one stanza of an index); a whole Packages file goes through `deb-package-index.ts`.
 * Comments (`#`) are dropped, as apt does; field names are case-insensitive and kept in lower case.
 */
import { AppError } from '../../base/errors.ts';

/** Field name in lower case → value. Continuation lines are joined with `\n`, their leading blank removed. */
export type Stanza = ReadonlyMap<string, string>;

const FIELD_NAME = /^[!-9;-~]+$/;

/**
 * Reads the first stanza of `text`; everything after its closing empty line is ignored.
 *
 * @param what names the text in messages.
 * @throws {AppError} `INDEX_INVALID` naming every bad line: a line without a colon, a continuation of nothing, a field given twice.
 */
export function parseStanza(text: string, what: string): Stanza {
  const fields = new Map<string, string>();
  const faults: string[] = [];
  let current: string | undefined;
  for (const raw of text.split('\n')) {
    const line = raw.trimEnd();
    if (line === '') {
      if (fields.size > 0) break;
      continue;
    }
    if (line.startsWith('#')) continue;
    if (line.startsWith(' ') || line.startsWith('\t')) {
      if (current === undefined) faults.push(`"${excerpt(line)}" continues no field`);
      else fields.set(current, `${fields.get(current)}\n${line.slice(1)}`);
      continue;
    }
    current = addField(fields, line, faults);
  }
  if (faults.length > 0) throw new AppError('INDEX_INVALID', `${what}: ${faults.slice(0, 10).join('; ')}`);
  return fields;
}

/** `yes` in any case, as dpkg and apt read flags. */
export function isYes(value: string | undefined): boolean {
  return value?.trim().toLowerCase() === 'yes';
}

function addField(fields: Map<string, string>, line: string, faults: string[]): string | undefined {
  const colon = line.indexOf(':');
  const name = line.slice(0, Math.max(colon, 0)).toLowerCase();
  if (!FIELD_NAME.test(name)) {
    faults.push(`"${excerpt(line)}" is not a field`);
    return undefined;
  }
  if (fields.has(name)) faults.push(`field ${name} is given twice`);
  fields.set(name, line.slice(colon + 1).trim());
  return name;
}

function excerpt(line: string): string {
  return line.length > 60 ? `${line.slice(0, 60)}…` : line;
}
