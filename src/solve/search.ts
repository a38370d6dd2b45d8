/**
 * Conflict-driven clause learning over a world that unfolds: a solvable's clauses are asked for when it is first selected. The order of
 * decisions is the agenda's; nothing is restarted and nothing is random. DESIGN.md beside this file says why.
 */
import { AppError } from '../base/errors.ts';
import { Agenda } from './agenda.ts';
import { ClauseStore, NONE } from './clause-store.ts';
import { analyze, originalsOf } from './learn.ts';
import { DECIDED, positive, Trail } from './trail.ts';
import type { Clause, SolvableId, SolveStatistics } from './types.ts';

/** What a search knows of the world. */
export interface SearchInput {
  /** Rules of a solvable; each has the solvable in its `when`. */
  readonly clausesOf: (id: SolvableId) => readonly Clause[];
  readonly nameOf: (id: SolvableId) => string;
  /** Shared by all searches of one problem. */
  readonly budget: Budget;
}

/** How much work is left, counted in propagated literals. */
export interface Budget {
  propagationsLeft: number;
}

/** One search. Add clauses, then {@link run}; after success more can be fixed and tried on top. */
export class Search {
  private readonly input: SearchInput;
  private readonly trail = new Trail();
  private readonly store = new ClauseStore();
  private readonly agenda = new Agenda();
  private readonly variables = new Map<SolvableId, number>();
  private readonly ids: SolvableId[] = [];
  private readonly expanded: boolean[] = [];
  private rootConflict = NONE;
  private visited = 0;
  private clauses = 0;
  private decisions = 0;
  private conflicts = 0;
  private propagations = 0;

  constructor(input: SearchInput) {
    this.input = input;
  }

  /** Adds a clause that always holds. Goes back to level 0 first. */
  addClause(clause: Clause): void {
    this.backtrack(0);
    const conflict = this.insert(clause);
    if (this.rootConflict === NONE) this.rootConflict = conflict;
  }

  /**
   * Looks for a selection that satisfies every clause, with `assumed` selected when given.
   *
   * @returns true with the selection in {@link selected}; false when there is none.
   * @throws {AppError} `SOLVE_LIMIT` when the budget is used up.
   */
  run(assumed?: SolvableId): boolean {
    this.backtrack(0);
    const assumption = assumed === undefined ? -1 : positive(this.variable(assumed));
    for (;;) {
      const conflict = this.rootConflict === NONE ? this.propagate() : this.rootConflict;
      if (conflict !== NONE) {
        if (this.trail.level === 0) {
          this.rootConflict = conflict;
          return false;
        }
        this.learnFrom(conflict);
        continue;
      }
      if (assumption >= 0 && this.trail.values[assumption] === -1) return false;
      const isAssumed = assumption < 0 || this.trail.values[assumption] === 1;
      const literal = isAssumed ? this.agenda.next(this.trail) : assumption;
      if (literal < 0) return true;
      this.decide(literal);
    }
  }

  /** Ids selected now, in the order they were selected. */
  selected(): SolvableId[] {
    return this.trail.literals.filter((literal) => (literal & 1) === 0).map((literal) => this.ids[literal >> 1]!);
  }

  /** After {@link run} failed without an assumption: clauses that cannot hold together, oldest first. Small, not minimal. */
  core(): Clause[] {
    return originalsOf(this.rootConflict, this.store, this.trail);
  }

  statistics(): SolveStatistics {
    return {
      solvablesVisited: this.visited,
      clauses: this.clauses,
      decisions: this.decisions,
      conflicts: this.conflicts,
      propagations: this.propagations,
    };
  }

  private variable(id: SolvableId): number {
    const known = this.variables.get(id);
    if (known !== undefined) return known;
    const variable = this.ids.length;
    this.variables.set(id, variable);
    this.ids.push(id);
    this.expanded.push(false);
    this.trail.addVariable();
    this.store.addVariable();
    return variable;
  }

  /** Stores an original clause; returns its index when it is violated already. */
  private insert(clause: Clause): number {
    const literals: number[] = [];
    for (const id of clause.when) {
      const literal = positive(this.variable(id)) ^ 1;
      if (!literals.includes(literal)) literals.push(literal);
    }
    const conditionCount = literals.length;
    for (const id of clause.anyOf) {
      // "if a then a or b" is always true.
      if (clause.when.includes(id)) return NONE;
      literals.push(positive(this.variable(id)));
    }
    this.clauses += 1;
    if (clause.anyOf.length > 1) {
      const conditions = literals.slice(0, conditionCount).map((literal) => literal >> 1);
      this.agenda.add(conditions, literals.slice(conditionCount), this.shareName(clause.anyOf));
    }
    // From here on the store owns the array and changes its order.
    const index = this.store.add(literals, clause, null, this.trail);
    return this.store.isConflict(index, this.trail) ? index : NONE;
  }

  private shareName(ids: readonly SolvableId[]): boolean {
    const name = this.input.nameOf(ids[0]!);
    return ids.every((id) => this.input.nameOf(id) === name);
  }

  private expand(variable: number): number {
    if (this.expanded[variable]) return NONE;
    this.expanded[variable] = true;
    this.visited += 1;
    const id = this.ids[variable]!;
    let conflict = NONE;
    for (const clause of this.input.clausesOf(id)) {
      if (!clause.when.includes(id)) throw new Error(`clause of solvable ${id} does not name it in its condition: ${clause.reason.text}`);
      const violated = this.insert(clause);
      if (violated === NONE) continue;
      // Of several violated clauses only one is learnt from; the others are found again through their watched literals. A clause with a
      // single literal ("never this package") is not watched, so it must be the one.
      if (conflict === NONE || this.store.literals[violated]!.length === 1) conflict = violated;
    }
    return conflict;
  }

  private propagate(): number {
    const { trail } = this;
    while (trail.head < trail.literals.length) {
      this.spend();
      const literal = trail.literals[trail.head]!;
      trail.head += 1;
      const isSelected = (literal & 1) === 0;
      let conflict = isSelected ? this.expand(literal >> 1) : NONE;
      if (conflict === NONE) conflict = this.store.visit(literal ^ 1, trail);
      if (conflict !== NONE) return conflict;
      if (isSelected) this.agenda.select(literal >> 1, trail);
    }
    return NONE;
  }

  private decide(literal: number): void {
    this.decisions += 1;
    this.trail.openLevel();
    this.agenda.openLevel();
    this.trail.assign(literal, DECIDED);
  }

  private learnFrom(conflict: number): void {
    this.conflicts += 1;
    const learnt = analyze(conflict, this.store, this.trail);
    this.backtrack(learnt.backLevel);
    this.store.add(learnt.literals, null, learnt.antecedents, this.trail);
  }

  private backtrack(level: number): void {
    this.trail.backtrack(level);
    this.agenda.backtrack(level);
  }

  private spend(): void {
    this.propagations += 1;
    this.input.budget.propagationsLeft -= 1;
    if (this.input.budget.propagationsLeft >= 0) return;
    throw new AppError('SOLVE_LIMIT', `no answer after ${this.propagations} propagations and ${this.conflicts} conflicts`, {
      hint: 'ask for fewer packages at once, or name versions',
    });
  }
}
