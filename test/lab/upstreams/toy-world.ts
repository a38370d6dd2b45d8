/**
 * A toy ecosystem for solver tests: packages with whole-number versions and the relations both families share. `name`, `name >= 2`,
 * `a | b`, and `x if y` for a conditional requirement. One version of a name at a time.
 */
import type {
  Clause,
  Provider,
  Reason,
  RejectedCandidate,
  Request,
  Selection,
  SolvableId,
  Supplement,
  WeakLevel,
} from '../../../src/solve/types.ts';

/** A package's relations; keys of the world are `name version`. */
export interface ToyPackage {
  readonly depends?: readonly string[];
  readonly preDepends?: readonly string[];
  readonly provides?: readonly string[];
  readonly conflicts?: readonly string[];
  readonly breaks?: readonly string[];
  readonly recommends?: readonly string[];
  readonly supplements?: readonly string[];
}

interface Entry extends ToyPackage {
  readonly name: string;
  readonly version: number;
}

interface Relation {
  readonly name: string;
  readonly op: string;
  readonly version: number;
}

function parseRelation(text: string): Relation {
  const [name = '', op = '', version = '0'] = text.trim().split(/\s+/);
  return { name, op, version: Number(version) };
}

function matches(version: number, { op, version: bound }: Relation): boolean {
  switch (op) {
    case '':
      return true;
    case '=':
      return version === bound;
    case '>=':
      return version >= bound;
    case '<=':
      return version <= bound;
    case '<<':
      return version < bound;
    case '>>':
      return version > bound;
    default:
      throw new Error(`unknown operator ${op}`);
  }
}

/** The world as a provider; ids are positions in the order the packages are written. */
export class ToyWorld implements Provider {
  private readonly entries: Entry[];
  /** How often each id was expanded. */
  readonly asked = new Map<SolvableId, number>();

  constructor(packages: Readonly<Record<string, ToyPackage | null>>) {
    this.entries = Object.entries(packages).map(([key, value]) => {
      const [name = '', version = '1'] = key.split(' ');
      return { ...value, name, version: Number(version) };
    });
  }

  get size(): number {
    return this.entries.length;
  }

  /** Id of `name version`. */
  id(key: string): SolvableId {
    const id = this.entries.findIndex((e) => `${e.name} ${e.version}` === key);
    if (id < 0) throw new Error(`no ${key} in the toy world`);
    return id;
  }

  key(id: SolvableId): string {
    const { name, version } = this.entries[id]!;
    return `${name} ${version}`;
  }

  label(id: SolvableId): string {
    return `${this.key(id)} [toy]`;
  }

  name(id: SolvableId): string {
    return this.entries[id]!.name;
  }

  /** Real packages newest first, then providers by name and version. */
  candidates(text: string): SolvableId[] {
    return [...new Set(text.split('|').flatMap((part) => this.candidatesOf(parseRelation(part))))];
  }

  private candidatesOf(relation: Relation): SolvableId[] {
    const ids = this.entries.keys().toArray();
    const newestFirst = (a: number, b: number): number => this.entries[b]!.version - this.entries[a]!.version;
    const real = ids
      .filter((id) => this.entries[id]!.name === relation.name && matches(this.entries[id]!.version, relation))
      .sort(newestFirst);
    const virtual = relation.op === '' ? ids.filter((id) => this.entries[id]!.provides?.includes(relation.name)) : [];
    const byName = (a: number, b: number): number =>
      this.name(a) < this.name(b) ? -1 : this.name(a) > this.name(b) ? 1 : newestFirst(a, b);
    return [...real, ...virtual.sort(byName)];
  }

  private rejected(text: string): RejectedCandidate[] {
    return text.split('|').flatMap((part) => {
      const relation = parseRelation(part);
      return this.entries
        .map((entry, id) => ({ entry, id }))
        .filter(({ entry }) => entry.name === relation.name && !matches(entry.version, relation))
        .map(({ entry, id }) => {
          const how = entry.version < relation.version ? 'older' : 'newer';
          return { label: this.label(id), why: `version ${entry.version} is ${how} than ${relation.version}` };
        });
    });
  }

  private requirement(id: SolvableId, text: string, pre: boolean): Clause[] {
    const [wanted = '', condition] = text.split(' if ');
    const reason: Reason = { kind: 'requires', text, rejected: this.rejected(wanted), ...(pre ? { pre } : {}) };
    const anyOf = this.candidates(wanted);
    if (anyOf.includes(id)) return [];
    if (condition === undefined) return [{ when: [id], anyOf, reason }];
    return this.candidates(condition).map((trigger) => ({ when: [id, trigger], anyOf, reason }));
  }

  private exclusions(id: SolvableId, texts: readonly string[], word: 'Conflicts' | 'Breaks'): Clause[] {
    return texts.flatMap((text) =>
      this.candidates(text)
        .filter((other) => other !== id)
        .map((other): Clause => ({ when: [id, other], anyOf: [], reason: { kind: 'conflicts', text, word } })),
    );
  }

  clausesOf(id: SolvableId): Clause[] {
    this.asked.set(id, (this.asked.get(id) ?? 0) + 1);
    const entry = this.entries[id]!;
    const sameName = this.entries.keys().filter((other) => other !== id && this.name(other) === entry.name);
    return [
      ...(entry.preDepends ?? []).flatMap((text) => this.requirement(id, text, true)),
      ...(entry.depends ?? []).flatMap((text) => this.requirement(id, text, false)),
      ...this.exclusions(id, entry.conflicts ?? [], 'Conflicts'),
      ...this.exclusions(id, entry.breaks ?? [], 'Breaks'),
      ...sameName.map((other): Clause => ({ when: [id, other], anyOf: [], reason: { kind: 'same-name', text: 'they share a name' } })),
    ];
  }

  weakClausesOf(id: SolvableId): Clause[] {
    return (this.entries[id]!.recommends ?? []).map((text) => ({
      when: [id],
      anyOf: this.candidates(text).filter((other) => other !== id),
      reason: { kind: 'recommends', text },
    }));
  }

  supplements(_selection: Selection, levels: ReadonlyMap<SolvableId, WeakLevel>): Supplement[] {
    return this.entries.flatMap((entry, id) =>
      (entry.supplements ?? []).flatMap((text) =>
        this.candidates(text)
          .filter((other) => levels.has(other))
          .map((by) => ({ id, by, text: entry.name })),
      ),
    );
  }

  /** A request as a person would write it, with its origin `test`; recommendations are followed. */
  request(text: string): Request {
    return { text, origin: 'test', anyOf: this.candidates(text), rejected: this.rejected(text), weak: 'recommends' };
  }
}
