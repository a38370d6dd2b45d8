import { parseStanza, type Stanza } from '../../src/deb/package/deb822.ts';

/** All stanzas of `text`, in order, as the single-stanza reader reads each. */
export function parseStanzas(text: string, what: string): Stanza[] {
  return text
    .split(/\n[ \t]*\n/)
    .map((part) => parseStanza(part, what))
    .filter((stanza) => stanza.size > 0);
}
