/**
 * nginx configuration as data, and its text. Arguments are quoted as nginx reads them (src/core/ngx_conf_file.c), so that one argument
 * never becomes two, ends its directive or opens a block. A variable is possible only where the code asks for one, never through a value.
 */

/** Text in which `$name` means an nginx variable. Only for texts of this program, never for values from a configuration. */
export interface WithVariables {
  readonly template: string;
}

export type NginxArgument = string | number | WithVariables;

/** `name arguments;` or, with `block`, `name arguments { … }`. */
export interface NginxDirective {
  readonly name: string;
  readonly args: readonly NginxArgument[];
  readonly block?: readonly NginxNode[];
}

/** Text of the operator (`config` of a portal entry), already known to stay inside its block. */
export interface NginxRaw {
  readonly raw: string;
}

export type NginxNode = NginxDirective | NginxRaw;

const BARE = /^[A-Za-z0-9_.,:/=*^~@%+\-[\]|!?&]+$/;
const BARE_TEMPLATE = /^[A-Za-z0-9_.,:/=*^~@%+\-$]+$/;

/** A directive: `directive('listen', 80)`. */
export function directive(name: string, ...args: readonly NginxArgument[]): NginxDirective {
  return { name, args };
}

/** A directive with a block: `block('location', ['/'], […])`. */
export function block(name: string, args: readonly NginxArgument[], nodes: readonly NginxNode[]): NginxDirective {
  return { name, args, block: nodes };
}

/** Text in which `$name` is a variable. */
export function withVariables(template: string): WithVariables {
  return { template };
}

/** The text of a configuration file, four spaces a level, ending in a newline. Throws on a value that nginx could not be given as it is. */
export function formatNginxConfig(nodes: readonly NginxNode[]): string {
  return nodes.map((node) => formatNode(node, 0)).join('');
}

function formatNode(node: NginxNode, depth: number): string {
  const indent = '    '.repeat(depth);
  if ('raw' in node)
    return node.raw
      .replace(/\r\n?/g, '\n')
      .trimEnd()
      .split('\n')
      .map((line) => (line === '' ? '\n' : `${indent}${line}\n`))
      .join('');
  const head = [node.name, ...node.args.map(formatArgument)].join(' ');
  if (node.block === undefined) return `${indent}${head};\n`;
  return `${indent}${head} {\n${node.block.map((inner) => formatNode(inner, depth + 1)).join('')}${indent}}\n`;
}

function formatArgument(argument: NginxArgument): string {
  if (typeof argument === 'number') return String(argument);
  const text = typeof argument === 'string' ? argument : argument.template;
  if (/[\u0000-\u001f\u007f]/.test(text)) throw new Error(`a control character cannot be written to nginx: ${JSON.stringify(text)}`);
  if (typeof argument !== 'string') return BARE_TEMPLATE.test(text) ? text : quote(text);
  // nginx has no way to write a dollar that is no variable.
  if (text.includes('$')) throw new Error(`a value with "$" cannot be written to nginx: ${JSON.stringify(text)}`);
  return BARE.test(text) ? text : quote(text);
}

function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
