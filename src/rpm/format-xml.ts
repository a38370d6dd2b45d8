/** Text and attributes for the XML we write, escaped once and in one way (https://www.w3.org/TR/xml/#syntax). */

const SPECIAL = /[&<>"\u0000-\u0008\u000b-\u001f\ufffe\uffff]/;
const SPECIALS = /[&<>"\u0000-\u0008\u000b-\u001f\ufffe\uffff]/g;
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\r': '&#13;' };

/** `text` for use between tags and in double quotes. Characters XML cannot hold are left out, as createrepo_c does. */
export function escapeXml(text: string): string {
  const whole = text.isWellFormed() ? text : text.toWellFormed();
  return SPECIAL.test(whole) ? whole.replace(SPECIALS, (character) => ENTITIES[character] ?? '') : whole;
}
