/**
 * Conflict-driven clause learning over a world that unfolds: a solvable's clauses are asked for when it is first selected. What is decided
 * and in which order is libsolv's; nothing is random. DESIGN.md beside this file says why.
 */
import { AppError } from '../base/errors.ts';
import { Agenda, type Chooser } from './agenda.ts';
import { Branches } from './branches.ts';
import { ClauseStore, NONE } from './clause-store.ts';
import { analyze, originalsOf } from './learn.ts';
import { DECIDED, positive, Trail } from './trail.ts';
import type { ChoicePolicy, Clause, Selection, SolvableId, SolveStatistics } from './types.ts';
import { WeakRound, type WeakSource } from './weak-round.ts';

/** What a search knows of the world. */
export interface SearchInput {
  /** Rules of a solvable; each has the solvable in its `when`. */
  readonly clausesOf: (id: SolvableId) => readonly Clause[];
  readonly policy: ChoicePolicy;
  /** Weak dependencies; without it none are followed. */
  readonly weak?: WeakSource;
  /** Shared by all searches of one problem. */
  readonly budget: Budget;
}

/** How often a choice is taken back for a better one before the selection is good enough. */
const MAX_IMPROVEMENTS = 1000;

/** How much work is left, counted in propagated literals. */
export interface Budget {
  propagationsLeft: number;
}

/** What holds without condition: literals, best first. */
interface Root {
  readonly options: readonly number[];
  readonly keepsFirst: boolean;
  readonly clause: Clause;
}

/** One search. Add clauses, then {@link run}. */
export class Search {
  private readonly input: SearchInput;
  private readonly trail = new Trail();
  private readonly store = new ClauseStore();
  private readonly agenda = new Agenda();
  private readonly branches = new Branches();
  private readonly roots: Root[] = [];
  private readonly selection: Selection;
  /** What the selection shows between two decisions. */
  private seen: readonly SolvableId[] | undefined;
  private rootsDone = 0;
  /** The level at which the agenda began; -1 when it has to begin anew. */
  private agendaLevel = -1;
  private round: WeakRound | null = null;
  private improvements = 0;
  private readonly variables = new Map<SolvableId, number>();
  private readonly ids: SolvableId[] = [];
  /** Solvables of lists of literals, so that a policy sees the same list again. */
  private readonly knownIds = new WeakMap<readonly number[], readonly SolvableId[]>();
  private readonly expanded: boolean[] = [];
  private rootConflict = NONE;
  private visited = 0;
  private clauses = 0;
  private decisions = 0;
  private conflicts = 0;
  private propagations = 0;

  constructor(input: SearchInput) {
    this.input = input;
    this.selection = { has: (id) => this.valueOf(id) === 1, ids: () => (this.seen ??= this.selected()) };
  }

  /** Adds a clause that always holds. With `keepsFirst` its first candidate is taken where it can be, and no policy asked. */
  addClause(clause: Clause, keepsFirst = false): void {
    this.backtrack(0);
    const conflict = this.insert(clause, keepsFirst);
    if (this.rootConflict === NONE) this.rootConflict = conflict;
  }

  /**
   * Looks for a selection that satisfies every clause.
   *
   * @returns true with the selection in {@link selected}; false when there is none.
   * @throws {AppError} `SOLVE_LIMIT` when the budget is used up.
   */
  run(): boolean {
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
      this.seen = undefined;
      const choice = this.nextChoice();
      if (choice !== null) this.decide(choice);
      else if (!this.improve()) return true;
    }
  }

  /** Ids selected now, in the order they were selected. */
  selected(): SolvableId[] {
    return this.trail.literals.filter((literal) => (literal & 1) === 0).map((literal) => this.ids[literal >> 1]!);
  }

  /** After {@link run} failed: clauses that cannot hold together, oldest first. Small, not minimal. */
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
  private insert(clause: Clause, keepsFirst = false): number {
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
      const options = literals.slice(conditionCount);
      if (conditionCount === 0) this.roots.push({ options, keepsFirst, clause });
      else {
        const conditions = literals.slice(0, conditionCount).map((literal) => literal >> 1);
        this.agenda.add(clause, conditions, options, this.keyOf(clause));
      }
    }
    // From here on the store owns the array and changes its order.
    const index = this.store.add(literals, clause, null, this.trail);
    return this.store.isConflict(index, this.trail) ? index : NONE;
  }

  /** libsolv's order of rules: the greatest condition first, then the others and the candidates by number. */
  private keyOf({ when, anyOf }: Clause): number[] {
    if (this.input.policy.clauseOrder === 'found') return [];
    return [...when.map((id) => -id).sort(byNumber), ...anyOf.toSorted(byNumber)];
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
    }
    return NONE;
  }

  /** What to decide next: what holds without condition, then dependencies, then what is only wished for. */
  private nextChoice(): readonly number[] | null {
    if (this.round !== null) {
      const choice = this.round.next(this.selection, this.isOpen);
      if (choice !== null) return choice.map(this.literalOf);
      this.round = null;
      this.agendaLevel = -1;
    }
    return this.nextRoot() ?? this.nextDependency() ?? this.nextWeak();
  }

  private nextRoot(): readonly number[] | null {
    const { values } = this.trail;
    for (; this.rootsDone < this.roots.length; this.rootsDone += 1) {
      const { options, keepsFirst, clause } = this.roots[this.rootsDone]!;
      if (options.some((literal) => values[literal] === 1)) continue;
      const open = options.filter((literal) => values[literal] === 0);
      if (open.length === 1 || (keepsFirst && open[0] === options[0])) return open.slice(0, 1);
      const inQuestion = this.chooser.narrow(open);
      return inQuestion.length === 1 ? inQuestion : this.chooser.order(inQuestion, clause);
    }
    return null;
  }

  private nextDependency(): readonly number[] | null {
    if (this.agendaLevel < 0) {
      this.agendaLevel = this.trail.level;
      this.agenda.restart();
    }
    return this.agenda.next(this.trail, this.chooser);
  }

  private nextWeak(): readonly number[] | null {
    const { weak } = this.input;
    if (weak === undefined) return null;
    this.round = WeakRound.open(weak, this.selection, this.isOpen);
    return this.round === null ? null : this.nextChoice();
  }

  private readonly idsOf = (literals: readonly number[]): readonly SolvableId[] => {
    let ids = this.knownIds.get(literals);
    if (ids === undefined) {
      ids = literals.map((literal) => this.ids[literal >> 1]!);
      this.knownIds.set(literals, ids);
    }
    return ids;
  };

  private readonly chooser: Chooser = {
    narrow: (open) => this.input.policy.narrow(this.idsOf(open), this.selection).map(this.literalOf),
    order: (inQuestion, clause) => this.input.policy.order(this.idsOf(inQuestion), this.selection, clause).map(this.literalOf),
  };

  private readonly literalOf = (id: SolvableId): number => positive(this.variable(id));

  private readonly isOpen = (id: SolvableId): boolean => this.valueOf(id) === 0;

  private valueOf(id: SolvableId): number {
    const variable = this.variables.get(id);
    return variable === undefined ? 0 : this.trail.values[positive(variable)]!;
  }

  private decide(literals: readonly number[]): void {
    if (literals.length > 1) this.branches.open(this.trail.level, literals);
    this.assume(literals[0]!);
  }

  private assume(literal: number): void {
    this.decisions += 1;
    this.trail.openLevel();
    this.trail.assign(literal, DECIDED);
  }

  /** Takes back the first choice that turned out to be the lesser one; false when there is none. */
  private improve(): boolean {
    const { trail, input, selection } = this;
    if (!input.policy.improves) return false;
    const instead = this.branches.improvement({
      levelOf: (literal) => (trail.values[literal] === 1 ? trail.levels[literal >> 1]! : -1),
      isRecommended: (literal) => input.policy.isRecommended(this.ids[literal >> 1]!, selection),
    });
    if (instead === null || this.improvements >= MAX_IMPROVEMENTS) return false;
    this.improvements += 1;
    this.backtrack(instead.branch.level);
    this.agendaLevel = -1;
    this.branches.reopen(instead);
    this.assume(instead.literal);
    return true;
  }

  private learnFrom(conflict: number): void {
    this.conflicts += 1;
    const learnt = analyze(conflict, this.store, this.trail);
    this.backtrack(learnt.backLevel);
    this.store.add(learnt.literals, null, learnt.antecedents, this.trail);
  }

  private backtrack(level: number): void {
    this.trail.backtrack(level);
    this.branches.backtrack(level);
    this.rootsDone = 0;
    if (this.round !== null || level < this.agendaLevel) this.agendaLevel = -1;
    this.round = null;
    this.agenda.recheck();
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

function byNumber(a: number, b: number): number {
  return a - b;
}
