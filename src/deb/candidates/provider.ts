/**
 * Debian's rules as clauses for `solve/` (policy 7, deb-control(5), Multi-Arch): Pre-Depends, Depends, Conflicts, Breaks, one version per
 * name and architecture, equal versions of `Multi-Arch: same`, Recommends and Suggests as far as a request says. Replaces alone forbids
 * nothing (it is about files), and nothing follows Enhances, as in apt.
 */
import { RequiresReason } from '../../solve/requires-reason.ts';
import type { ChoicePolicy, Clause, Provider, Reason, Request, SolvableId, WeakLevel } from '../../solve/types.ts';
import { STANZA_FLAG } from '../index/scan-packages.ts';
import { type DebDependency, formatDebDependency, formatRelation, isMeantForArch, parseDependency } from '../package/relations.ts';
import { debChoicePolicy } from './choice-policy.ts';
import type { DebCandidatePool, DebPackage } from './deb-candidate-pool.ts';
import { findRequest } from './find-request.ts';
import { RelationResolver } from './relation-resolver.ts';

/** The provider, and how requests are made for it. */
export interface DebProvider extends Provider {
  readonly pool: DebCandidatePool;
  readonly resolver: RelationResolver;
  /** `nginx`, `nginx=1.22*`, `nginx (>= 1.22)`, `nginx:arm64`, a virtual name: see `find-request.ts`. Never throws for an unknown name. */
  findRequest(text: string, origin: string): Request;
  /**
   * What a system from nothing needs though no package says so: the Essential packages, sorted by name. Protected ones are not needed, only
   * kept.
   */
  essentialRequests(): Request[];
  /** Pre-Depends and Depends among the rules of a solvable. */
  requirementsOf(id: SolvableId): readonly Clause[];
}

/** Makes the provider of a pool of candidates. */
export function createDebProvider(pool: DebCandidatePool): DebProvider {
  return new ClauseMaker(pool);
}

/** A dependency resolved once for all packages that write it the same way. */
interface ResolvedDependency {
  readonly dependency: DebDependency;
  readonly text: string;
  readonly ids: readonly SolvableId[];
  readonly isVoid: boolean;
  /** How many of the first are providers of one virtual package. */
  readonly alike: number;
  /** Nobody can read it: dpkg would refuse the package. */
  readonly isMalformed: boolean;
}

class ClauseMaker implements DebProvider {
  readonly pool: DebCandidatePool;
  readonly resolver: RelationResolver;
  readonly policy: ChoicePolicy;
  readonly #resolved = new Map<string, ResolvedDependency>();
  readonly #forbidden = new Map<string, readonly DebPackage[]>();

  constructor(pool: DebCandidatePool) {
    this.pool = pool;
    this.resolver = new RelationResolver(pool);
    this.policy = debChoicePolicy(this);
  }

  clausesOf(id: SolvableId): readonly Clause[] {
    const self = this.pool.package(id);
    return [
      ...this.#sameName(self),
      ...this.requirementsOf(id),
      ...this.#exclusions(self, 'conflicts', 'Conflicts'),
      ...this.#exclusions(self, 'breaks', 'Breaks'),
    ];
  }

  requirementsOf(id: SolvableId): readonly Clause[] {
    const self = this.pool.package(id);
    return [...this.#dependencies(self, 'pre-depends', true), ...this.#dependencies(self, 'depends', false)];
  }

  weakClausesOf(id: SolvableId, level: WeakLevel): readonly Clause[] {
    const self = this.pool.package(id);
    if (self.isInstalled) return [];
    const fields = level === 'suggests' ? ['recommends', 'suggests'] : ['recommends'];
    return fields
      .flatMap((field) => this.#resolveField(self, field))
      .flatMap(({ text, ids, alike }) =>
        ids.length === 0 ? [] : [{ when: [id], anyOf: ids, reason: { kind: 'recommends', text } as const, alike }],
      );
  }

  label(id: SolvableId): string {
    const { record, effectiveArch, upstream } = this.pool.package(id);
    const arch = effectiveArch === this.pool.arch ? '' : `:${record.arch}`;
    return `${record.name}${arch} ${record.version} [${upstream.name}]`;
  }

  name(id: SolvableId): string {
    return this.pool.package(id).record.name;
  }

  findRequest(text: string, origin: string): Request {
    return findRequest(this.resolver, this.pool, text, origin);
  }

  essentialRequests(): Request[] {
    const names = this.pool.candidatesWithFlag(STANZA_FLAG.essential).map(({ record }) => record.name);
    return [...new Set(names)].sort().map((name) => this.findRequest(name, 'essential'));
  }

  #dependencies(self: DebPackage, field: string, pre: boolean): Clause[] {
    const clauses: Clause[] = [];
    for (const { dependency, text, ids, isVoid, isMalformed, alike } of this.#resolveField(self, field)) {
      if (isMalformed) clauses.push(unusable(self, text));
      if (isVoid || isMalformed || ids.includes(self.id)) continue;
      const reason = new RequiresReason(text, pre, () => this.resolver.rejected(dependency, self.effectiveArch));
      clauses.push({ when: [self.id], anyOf: ids, reason, alike });
    }
    return clauses;
  }

  #resolveField(self: DebPackage, field: string): ResolvedDependency[] {
    const value = self.record.fields.get(field);
    if (value === undefined) return [];
    return entriesOf(value).map((entry) => this.#resolve(entry, self, field));
  }

  #resolve(entry: string, self: DebPackage, field: string): ResolvedDependency {
    const key = `${self.effectiveArch} ${entry}`;
    let resolved = this.#resolved.get(key);
    if (resolved === undefined) {
      const parsed = this.#parse(entry, self, field);
      const dependency = parsed ?? [];
      resolved = {
        dependency,
        text: parsed === null ? malformed(entry, field) : formatDebDependency(parsed),
        ids: this.resolver.satisfiers(dependency, self.effectiveArch).map((candidate) => candidate.id),
        isVoid: this.resolver.isVoid(dependency, self.effectiveArch),
        alike: this.resolver.alikeAmong(dependency, self.effectiveArch),
        isMalformed: parsed === null,
      };
      this.#resolved.set(key, resolved);
    }
    return resolved;
  }

  #exclusions(self: DebPackage, field: string, word: 'Conflicts' | 'Breaks'): Clause[] {
    const value = self.record.fields.get(field);
    if (value === undefined) return [];
    const clauses: Clause[] = [];
    for (const entry of entriesOf(value)) {
      const relation = this.#parse(entry, self, field)?.[0];
      if (relation === undefined) {
        clauses.push(unusable(self, malformed(entry, field)));
        continue;
      }
      if (!isMeantForArch(relation, self.effectiveArch)) continue;
      const reason: Reason = { kind: 'conflicts', text: formatRelation(relation), word };
      for (const other of this.#forbiddenBy(entry, relation)) {
        // A package never excludes itself, its other versions (only one is selected anyway) or its other architectures.
        if (other.record.name !== self.record.name) clauses.push({ when: [self.id, other.id], anyOf: [], reason });
      }
    }
    return clauses;
  }

  #forbiddenBy(entry: string, relation: DebDependency[number]): readonly DebPackage[] {
    let found = this.#forbidden.get(entry);
    if (found === undefined) {
      found = this.resolver.forbidden(relation);
      this.#forbidden.set(entry, found);
    }
    return found;
  }

  #sameName(self: DebPackage): Clause[] {
    const clauses: Clause[] = [];
    for (const other of this.pool.entry(self.record.name).candidates) {
      if (other.id === self.id) continue;
      const reason = exclusionOf(self, other);
      if (reason !== null) clauses.push({ when: [self.id, other.id], anyOf: [], reason });
    }
    return clauses;
  }

  /** Null when it is malformed, which is noted. */
  #parse(entry: string, self: DebPackage, field: string): DebDependency | null {
    const dependency = parseDependency(entry);
    if (dependency === null) this.pool.leaveOut(self.id, malformed(entry, field));
    return dependency;
  }
}

function malformed(entry: string, field: string): string {
  return `${field} "${entry.slice(0, 120)}" is not a package relation`;
}

function unusable(self: DebPackage, why: string): Clause {
  return { when: [self.id], anyOf: [], reason: { kind: 'conflicts', text: why, word: 'Conflicts' } };
}

function entriesOf(field: string): string[] {
  return field
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

/** Why two packages of one name cannot be there together; null for `Multi-Arch: same` of equal version in different architectures. */
function exclusionOf(a: DebPackage, b: DebPackage): Reason | null {
  const text = `${a.record.name} ${a.record.version} and ${b.record.version}`;
  if (a.effectiveArch === b.effectiveArch) return { kind: 'same-name', text };
  const areBothSame = a.record.multiArch === 'same' && b.record.multiArch === 'same';
  if (areBothSame && a.record.version === b.record.version) return null;
  return { kind: 'multi-arch', text: `${text} of ${a.record.arch} and ${b.record.arch}` };
}
