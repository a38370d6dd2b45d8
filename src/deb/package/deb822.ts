/**
 * Stanzas of deb822(5): `Field: value` lines, continuation lines that start with a blank, stanzas separated by empty lines.
 * For small files (Release, control data of a package, one stanza of an index); a whole Packages file goes through `deb-package-index.ts`.
 * Field names are case-insensitive and kept in lower case. A comment (`#`) is no part of these files: neither apt nor dpkg knows it there.
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
  /** Fields that apt does not see: its name of a field begins at a line without a colon and ends at the next colon. */
  readonly unseenByApt: ReadonlySet<string>;
  /** True when no colon comes after such a line: then apt cannot read the text at all. */
  readonly isUnreadableForApt: boolean;
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
 * over.
 */
export function readStanza(text: string): ReadStanza {
  const reader = new StanzaReader();
  for (const raw of text.split('\n')) {
    // A line of blanks continues a field, as apt sees it: only an empty one ends the stanza.
    if (/^\r*$/.test(raw) && reader.fields.size > 0) break;
    const line = raw.trimEnd();
    if (line !== '') reader.take(line);
  }
  return reader;
}

class StanzaReader implements ReadStanza {
  readonly fields = new Map<string, string>();
  readonly oddities: string[] = [];
  readonly unseenByApt = new Set<string>();
  isUnreadableForApt = false;
  #current: string | undefined;

  take(line: string): void {
    const isUnseen = this.isUnreadableForApt;
    if (line.includes(':')) this.isUnreadableForApt = false;
    if (line.startsWith(' ') || line.startsWith('\t')) this.#continue(line);
    else this.#add(line, isUnseen);
  }

  #continue(line: string): void {
    if (this.#current === undefined) this.oddities.push(`"${excerpt(line)}" continues no field`);
    else this.fields.set(this.#current, `${this.fields.get(this.#current)}\n${line.slice(1)}`);
  }

  #add(line: string, isUnseen: boolean): void {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(colon, 0)).trimEnd().toLowerCase();
    this.#current = FIELD_NAME.test(name) ? name : undefined;
    if (colon < 0) this.isUnreadableForApt = true;
    if (this.#current === undefined) {
      this.oddities.push(`"${excerpt(line)}" is not a field`);
      return;
    }
    if (this.fields.has(name)) this.oddities.push(`field ${name} is given twice`);
    if (isUnseen) this.unseenByApt.add(name);
    this.fields.set(name, line.slice(colon + 1).trim());
  }
}

/** `yes` in any case, as dpkg and apt read flags. */
export function isYes(value: string | undefined): boolean {
  return value?.trim().toLowerCase() === 'yes';
}

function excerpt(line: string): string {
  return line.length > 60 ? `${line.slice(0, 60)}…` : line;
}
