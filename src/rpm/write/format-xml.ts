/** Text and attributes for the XML we write, escaped as libxml2 and so createrepo_c does (https://www.w3.org/TR/xml/#syntax). */

const IN_TEXT = /[&<>\u0000-\u0008\u000b-\u001f\ufffe\uffff]/g;
const IN_ATTRIBUTE = /[&<>"\u0000-\u001f\ufffe\uffff]/g;
const ENTITIES: Readonly<Record<string, string>> = {
  ...{ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' },
  ...{ '\t': '&#9;', '\n': '&#10;', '\r': '&#13;' },
};

function escapeWith(text: string, pattern: RegExp): string {
  const whole = text.isWellFormed() ? text : text.toWellFormed();
  return whole.search(pattern) < 0 ? whole : whole.replace(pattern, (character) => ENTITIES[character] ?? '');
}

/** `text` for use between tags. Characters XML cannot hold are left out. */
export function escapeText(text: string): string {
  return escapeWith(text, IN_TEXT);
}

/** `text` for use in a double-quoted attribute. Line ends are kept, which a reader would otherwise turn into blanks. */
export function escapeAttribute(text: string): string {
  return escapeWith(text, IN_ATTRIBUTE);
}
