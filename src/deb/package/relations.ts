/**
 * Relationship fields (deb-control(5), Debian policy 7.1): `a (>= 1) | b:any, c [amd64] <!nocheck>`. Build profiles mean nothing in a
 * binary package and are dropped. The obsolete `<` and `>` are read as `<=` and `>=`, as dpkg reads them.
 */
import { AppError } from '../../base/errors.ts';
import type { DebOperator } from '../../version/debvercmp.ts';

/** One package that is named: one alternative of a dependency, or one entry of Provides, Conflicts, Breaks, Replaces. */
export interface DebRelation {
  readonly name: string;
  /** `any`, `native` or an architecture after the colon; null when there is none. */
  readonly archQualifier: string | null;
  readonly op: '<<' | '<=' | '=' | '>=' | '>>' | null;
  /** Empty when `op` is null. */
  readonly version: string;
  /** Architectures it is restricted to (`amd64`) or not meant for (`!i386`); empty means all. */
  readonly arches: readonly string[];
}

/** Alternatives in the author's order; any one satisfies it. Never empty. */
export type DebDependency = readonly DebRelation[];

const RELATION =
  /^([A-Za-z0-9][A-Za-z0-9+._~-]*)(?::([a-z0-9-]+))?\s*(?:\(\s*(<<|<=|=|>=|>>|<|>)\s*([^\s()<>=]+)\s*\))?\s*(?:\[([^\][]*)\])?\s*(?:<[^<>]*>\s*)*$/;
const MAX_FIELD_CHARS = 1 << 20;

/**
 * Parses a relationship field. Empty entries (a trailing comma) are skipped, as apt does.
 *
 * @param what names package and field in messages.
 * @example parseRelations('a (>= 1) | b, c', 'x Depends') // two dependencies, the first with two alternatives
 * @throws {AppError} `INDEX_INVALID` naming every malformed entry.
 */
export function parseRelations(field: string, what: string): DebDependency[] {
  if (field.length > MAX_FIELD_CHARS) throw new AppError('INDEX_INVALID', `${what}: ${field.length} characters long`);
  const faults: string[] = [];
  const dependencies: DebDependency[] = [];
  for (const entry of field.split(',')) {
    const text = entry.trim();
    if (text === '') continue;
    const dependency = parseDependency(text);
    if (dependency === null) faults.push(`"${text.slice(0, 120)}" is not a package relation`);
    else dependencies.push(dependency);
  }
  if (faults.length > 0) throw new AppError('INDEX_INVALID', `${what}: ${faults.slice(0, 5).join('; ')}`);
  return dependencies;
}

/**
 * Parses one entry of a relationship field, which may have alternatives; null when one of them is malformed. A `|` with nothing behind it
 * means nothing, as for apt.
 */
export function parseDependency(entry: string): DebDependency | null {
  const alternatives = entry.split('|');
  if (alternatives.length > 1 && alternatives.at(-1)?.trim() === '') alternatives.pop();
  const relations = alternatives.map(parseSingleRelation);
  const good = relations.filter((relation) => relation !== undefined);
  return good.length === relations.length ? good : null;
}

/** Parses one relation, `name:arch (op version)`; undefined when it is none. */
export function parseSingleRelation(text: string): DebRelation | undefined {
  // Long runs of blanks are shortened first: the pattern would try every way of dividing them among its parts.
  const match = RELATION.exec(text.trim().replace(/\s+/g, ' '));
  if (match === null) return undefined;
  const [, name = '', archQualifier = null, op, version = '', arches] = match;
  return {
    name,
    archQualifier,
    op: op === undefined ? null : modernOperator(op as DebOperator),
    version,
    arches: arches === undefined ? [] : arches.split(/\s+/).filter((arch) => arch !== ''),
  };
}

/** `a (>= 1) | b:any` */
export function formatDebDependency(dependency: DebDependency): string {
  return dependency.map(formatRelation).join(' | ');
}

/** `a:any (>= 1) [amd64]` */
export function formatRelation(relation: DebRelation): string {
  const qualifier = relation.archQualifier === null ? '' : `:${relation.archQualifier}`;
  const bound = relation.op === null ? '' : ` (${relation.op} ${relation.version})`;
  const arches = relation.arches.length === 0 ? '' : ` [${relation.arches.join(' ')}]`;
  return `${relation.name}${qualifier}${bound}${arches}`;
}

/** False when an architecture restriction takes `relation` away on `arch`. */
export function isMeantForArch(relation: DebRelation, arch: string): boolean {
  if (relation.arches.length === 0) return true;
  const isNegated = relation.arches.every((entry) => entry.startsWith('!'));
  if (isNegated) return !relation.arches.includes(`!${arch}`);
  return relation.arches.some((entry) => entry === arch || entry === 'any' || entry === 'linux-any');
}

function modernOperator(op: DebOperator): '<<' | '<=' | '=' | '>=' | '>>' {
  if (op === '<') return '<=';
  return op === '>' ? '>=' : op;
}
