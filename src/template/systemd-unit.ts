/**
 * systemd unit files and environment files as data, and their text (systemd.syntax(7), systemd.service(5) "Command lines", systemd.exec(5)
 * "EnvironmentFile="). Arguments reach the program as they are: specifiers, variables and quotes in them are escaped.
 */

/** A section: its name and its settings in order; a name may repeat. */
export interface UnitSection {
  readonly name: 'Unit' | 'Service' | 'Install';
  readonly settings: readonly (readonly [key: string, value: string])[];
}

const CONTROL = /[\u0000-\u001f\u007f]/;

/** The text of a unit file. Throws on a value with a line end. */
export function formatUnit(comment: string, sections: readonly UnitSection[]): string {
  const text = sections.map(({ name, settings }) =>
    [`[${name}]`, ...settings.map(([key, value]) => `${key}=${checked(value)}`)].join('\n'),
  );
  return `# ${checked(comment)}\n${text.join('\n\n')}\n`;
}

function checked(value: string): string {
  if (CONTROL.test(value) || value.endsWith('\\')) throw new Error(`not a value of one line: ${JSON.stringify(value)}`);
  return value;
}

/** A command line for `ExecStart=` and its like. */
export function formatExec(argv: readonly string[]): string {
  return argv.map((word, i) => quoteExecWord(word, i === 0)).join(' ');
}

function quoteExecWord(word: string, isProgram: boolean): string {
  if (CONTROL.test(word)) throw new Error(`not an argument of one line: ${JSON.stringify(word)}`);
  const escaped = isProgram ? word.replaceAll('%', '%%') : word.replaceAll('%', '%%').replaceAll('$', () => '$$');
  return /^[A-Za-z0-9_@%+=:,./$-]+$/.test(escaped) ? escaped : `"${escaped.replace(/["\\]/g, '\\$&')}"`;
}

/** An environment file with one variable whose words a unit's `$NAME` splits into arguments again. */
export function formatOptionsFile(comment: string, name: string, words: readonly string[]): string {
  const joined = words.map(quoteOptionWord).join(' ');
  return `# ${checked(comment)}\n${name}="${joined.replace(/["\\`$]/g, '\\$&')}"\n`;
}

function quoteOptionWord(word: string): string {
  if (CONTROL.test(word)) throw new Error(`not an argument of one line: ${JSON.stringify(word)}`);
  return word !== '' && !/[\s"'\\]/.test(word) ? word : `"${word.replace(/["\\]/g, '\\$&')}"`;
}

/**
 * Words of an option text, separated by white space. Single and double quotes keep white space; a backslash takes the next character as
 * it is.
 *
 * @example splitOptions(`-a=1 "-b=x y"`) // ['-a=1', '-b=x y']
 */
export function splitOptions(text: string): string[] {
  const words: string[] = [];
  for (const match of text.matchAll(/(?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"|'[^']*')+/g)) {
    words.push(
      match[0].replace(/\\(.)|"((?:[^"\\]|\\.)*)"|'([^']*)'/g, (_, escaped?: string, double?: string, single?: string) => {
        return escaped ?? double?.replace(/\\(.)/g, '$1') ?? single ?? '';
      }),
    );
  }
  return words;
}
