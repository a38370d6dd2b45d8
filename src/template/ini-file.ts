/**
 * Grafana's INI dialect (gopkg.in/ini.v1 with Grafana's own expansion of `$__env{}` and `%(key)s`; see
 * https://grafana.com/docs/grafana/latest/setup-grafana/configure-grafana/).
 * Values are quoted with backquotes or triple double quotes as needed.
 */

export type IniValue = string | number | boolean;

/** A section and its keys in order. */
export interface IniSection {
  readonly name: string;
  readonly values: readonly (readonly [key: string, value: IniValue])[];
}

/** The text. Throws on a value that the dialect cannot carry: line ends, or what Grafana would expand. */
export function formatIniFile(comment: string, sections: readonly IniSection[]): string {
  const texts = sections.map(({ name, values }) => {
    if (!/^[a-z_.]+$/.test(name)) throw new Error(`not a section name: ${name}`);
    return [`[${name}]`, ...values.map(([key, value]) => `${key} = ${formatIniValue(value)}`)].join('\n');
  });
  return `# ${comment.replace(/\s+/g, ' ')}\n${texts.join('\n\n')}\n`;
}

function formatIniValue(value: IniValue): string {
  const text = String(value);
  const fault = findIniValueFault(text);
  if (fault !== null) throw new Error(`cannot be written to an INI file: ${fault}`);
  if (/^[A-Za-z0-9_./:@+,-][A-Za-z0-9_./:@+, -]*$/.test(text) && !text.endsWith(' ')) return text;
  if (text === '') return '';
  return text.includes('`') ? `"""${text}"""` : `\`${text}\``;
}

/** Why a value cannot be written, or null. */
export function findIniValueFault(text: string): string | null {
  if (/[\u0000-\u001f\u007f]/.test(text)) return 'a control character';
  if (/\$(?:__\w+)?\{/.test(text)) return 'a dollar with braces, which Grafana would replace';
  if (/%\([^)]*\)s/.test(text)) return 'a "%(name)s", which would be replaced';
  return text.includes('`') && text.includes('"""') ? 'both a backquote and three quotes' : null;
}
