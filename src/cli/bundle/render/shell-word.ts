/** Words of a command a person is told to type. */

const PLAIN = /^[\p{L}\p{N}_@%+=:,./-]+$/u;

/** `text` as one word of a POSIX shell: as it is where nothing in it is special, else in single quotes. */
export function shellWord(text: string): string {
  return PLAIN.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
