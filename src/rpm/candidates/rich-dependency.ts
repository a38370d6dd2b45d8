/**
 * Reads rich dependencies, `(a if (b or c) else d)`, into trees. Spec: https://rpm.org/docs/latest/manual/boolean_dependencies.html. What
 * they mean as rules is in `rich-clauses.ts`.
 */
import { AppError } from '../../base/errors.ts';
import { parseEvr } from '../../version/evr.ts';
import type { RpmDependency, RpmFlags } from '../package/rpm-package.ts';

/** A rich dependency, or a part of one. */
export type RichNode =
  | { readonly kind: 'capability'; readonly dependency: RpmDependency }
  /** At least two operands. */
  | { readonly kind: 'and' | 'or' | 'with'; readonly operands: readonly RichNode[] }
  | { readonly kind: 'without'; readonly operands: readonly [RichNode, RichNode] }
  /** `(consequence if condition else otherwise)`, and the same with `unless`. */
  | {
      readonly kind: 'if' | 'unless';
      readonly consequence: RichNode;
      readonly condition: RichNode;
      readonly otherwise: RichNode | null;
    };

const MAX_DEPTH = 32;
const MAX_LENGTH = 64 << 10;

const FLAGS: ReadonlyMap<string, RpmFlags> = new Map([
  ['<', 'LT'],
  ['<=', 'LE'],
  ['=<', 'LE'],
  ['=', 'EQ'],
  ['==', 'EQ'],
  ['>=', 'GE'],
  ['=>', 'GE'],
  ['>', 'GT'],
]);

/** True when a capability's name is a whole rich dependency. */
export function isRich(name: string): boolean {
  return name.startsWith('(');
}

/**
 * The tree of a rich dependency.
 *
 * @param what where it stands, for messages: `nginx-1.0-1.el9.x86_64 Requires`.
 * @throws {AppError} `INDEX_INVALID` when it is malformed, nested deeper than 32, or longer than 64 KiB.
 */
export function parseRichDependency(text: string, what: string): RichNode {
  const parser = new RichParser(text, what);
  const node = parser.expression(0);
  parser.end();
  return node;
}

/** A capability as a person or a rich dependency writes it: `nginx`, `nginx >= 1:1.20`, `nginx = 1.20-3.el9`. Undefined when it is none. */
export function parseCapability(text: string): RpmDependency | undefined {
  const [name = '', sign, evr, ...rest] = text.trim().split(/\s+/);
  if (name === '' || rest.length > 0) return undefined;
  if (sign === undefined) return capability(name, '', '');
  const flags = FLAGS.get(sign);
  return flags === undefined || evr === undefined ? undefined : capability(name, flags, evr);
}

function capability(name: string, flags: RpmFlags, evrText: string): RpmDependency {
  return { name, flags, ...(flags === '' ? { epoch: '', version: '', release: '' } : parseEvr(evrText)), pre: false };
}

/** Every capability that stands somewhere in a rich dependency, from left to right. */
export function capabilitiesOf(node: RichNode): RpmDependency[] {
  if (node.kind === 'capability') return [node.dependency];
  if ('consequence' in node) {
    return [node.consequence, node.condition, ...(node.otherwise === null ? [] : [node.otherwise])].flatMap(capabilitiesOf);
  }
  const operands: readonly RichNode[] = node.operands;
  return operands.flatMap(capabilitiesOf);
}

class RichParser {
  readonly #text: string;
  readonly #what: string;
  #at = 0;

  constructor(text: string, what: string) {
    this.#text = text;
    this.#what = what;
    if (text.length > MAX_LENGTH) throw this.#fault('it is too long');
  }

  /** `( operand operator operand … )` from the opening parenthesis on. */
  expression(depth: number): RichNode {
    if (depth > MAX_DEPTH) throw this.#fault(`it is nested deeper than ${MAX_DEPTH}`);
    this.#expect('(');
    const first = this.#operand(depth);
    if (this.#skip(')')) return first;
    const operator = this.#word();
    const second = this.#operand(depth);
    const node = this.#operation(operator, first, second, depth);
    this.#expect(')');
    return node;
  }

  end(): void {
    this.#spaces();
    if (this.#at !== this.#text.length) throw this.#fault(`"${this.#text.slice(this.#at, this.#at + 20)}" stands behind its end`);
  }

  #operation(operator: string, first: RichNode, second: RichNode, depth: number): RichNode {
    switch (operator) {
      case 'and':
      case 'or':
      case 'with':
        return { kind: operator, operands: [first, second, ...this.#more(operator, depth)] };
      case 'without':
        return { kind: operator, operands: [first, second] };
      case 'if':
      case 'unless':
        return { kind: operator, consequence: first, condition: second, otherwise: this.#otherwise(depth) };
      default:
        throw this.#fault(`"${operator}" is no operator`);
    }
  }

  /** `and c and d` behind `a and b`: only the same operator may follow without parentheses. */
  #more(operator: string, depth: number): RichNode[] {
    const operands: RichNode[] = [];
    while (!this.#peek(')')) {
      const next = this.#word();
      if (next !== operator) throw this.#fault(`"${next}" and "${operator}" cannot be mixed without parentheses`);
      operands.push(this.#operand(depth));
    }
    return operands;
  }

  #otherwise(depth: number): RichNode | null {
    if (this.#peek(')')) return null;
    const word = this.#word();
    if (word !== 'else') throw this.#fault(`"${word}" stands where "else" or the end was expected`);
    return this.#operand(depth);
  }

  #operand(depth: number): RichNode {
    this.#spaces();
    if (this.#peek('(')) return this.expression(depth + 1);
    const name = this.#word();
    const before = this.#at;
    const flags = this.#peek(')') ? undefined : FLAGS.get(this.#word());
    if (flags === undefined) this.#at = before;
    const evr = flags === undefined ? '' : this.#word();
    return { kind: 'capability', dependency: capability(name, flags ?? '', evr) };
  }

  /** Up to white space or a parenthesis that closes what was not opened in the word: `libc.so.6()(64bit)` is one. */
  #word(): string {
    this.#spaces();
    const start = this.#at;
    let open = 0;
    for (; this.#at < this.#text.length; this.#at += 1) {
      const char = this.#text[this.#at];
      if (char === '(') open += 1;
      else if (char === ')' && open === 0) break;
      else if (char === ')') open -= 1;
      else if (char === ' ' || char === '\t') break;
    }
    if (this.#at === start) throw this.#fault('something is missing');
    return this.#text.slice(start, this.#at);
  }

  #spaces(): void {
    while (this.#text[this.#at] === ' ' || this.#text[this.#at] === '\t') this.#at += 1;
  }

  #peek(char: string): boolean {
    this.#spaces();
    return this.#text[this.#at] === char;
  }

  #skip(char: string): boolean {
    if (!this.#peek(char)) return false;
    this.#at += 1;
    return true;
  }

  #expect(char: string): void {
    if (!this.#skip(char)) throw this.#fault(`"${char}" is missing at character ${this.#at + 1}`);
  }

  #fault(why: string): AppError {
    return new AppError('INDEX_INVALID', `${this.#what}: the rich dependency "${this.#text.slice(0, 200)}" cannot be read: ${why}`, {
      hint: 'the package is broken: exclude it with an overlay (--manifest)',
    });
  }
}
