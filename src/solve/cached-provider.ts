/** Asks a provider and remembers its answers; rules among members of the baseline are left out. */
import { plainPolicy } from './plain-policy.ts';
import type { ChoicePolicy, Clause, Problem, Provider, SolvableId } from './types.ts';

/** What all searches of one problem share. */
export class CachedProvider {
  readonly provider: Provider;
  readonly policy: ChoicePolicy;
  readonly fixed: ReadonlySet<SolvableId>;
  private readonly clauses = new Map<SolvableId, readonly Clause[]>();
  private readonly names = new Map<SolvableId, string>();

  constructor(problem: Problem) {
    this.provider = problem.provider;
    this.policy = problem.provider.policy ?? plainPolicy(this.nameOf);
    this.fixed = new Set(problem.fixed ?? []);
  }

  /** Hard rules of a solvable. */
  readonly clausesOf = (id: SolvableId): readonly Clause[] => {
    const known = this.clauses.get(id);
    if (known !== undefined) return known;
    const all = this.provider.clausesOf(id);
    const clauses = this.fixed.has(id) ? all.filter((clause) => !clause.when.every((member) => this.fixed.has(member))) : all;
    this.clauses.set(id, clauses);
    return clauses;
  };

  readonly nameOf = (id: SolvableId): string => {
    const known = this.names.get(id);
    if (known !== undefined) return known;
    const name = this.provider.name(id);
    this.names.set(id, name);
    return name;
  };
}
