/**
 * From a selection that satisfies everything, the part that is needed: what a request leads to. A choice made early can become needless by
 * a later one (`a | b` took a, then something required b), and a choice that was undone can leave implied packages behind.
 */
import type { Clause, SolvableId } from './types.ts';

/** What {@link trim} starts from. */
export interface TrimInput {
  /** Clauses without a condition: the requests, in order. */
  readonly roots: readonly Clause[];
  /** Selected in any case and not reported: the baseline. */
  readonly fixed: ReadonlySet<SolvableId>;
  /** A selection that satisfies all clauses, `fixed` included. */
  readonly selected: ReadonlySet<SolvableId>;
  /** Rules and granted weak dependencies of a solvable. */
  readonly clausesOf: (id: SolvableId) => readonly Clause[];
}

/** One pass: forced members first, then for each clause still open its best selected candidate, in breadth order. */
class Trimming {
  readonly kept: Set<SolvableId>;
  readonly order: SolvableId[] = [];
  /** How often one of several selected candidates was taken. */
  choices = 0;
  private readonly input: TrimInput;
  private readonly queue: Clause[] = [];
  private readonly deferred: Clause[] = [];
  private readonly waiting = new Map<SolvableId, Clause[]>();

  constructor(input: TrimInput) {
    this.input = input;
    this.kept = new Set(input.fixed);
    for (const clause of input.roots) this.queue.push(clause);
    for (const id of input.fixed) this.consider(id);
    this.drain();
  }

  private drain(): void {
    let next = 0;
    let late = 0;
    for (;;) {
      for (; next < this.queue.length; next += 1) this.keepNeededBy(this.queue[next]!);
      if (late >= this.deferred.length) return;
      const clause = this.deferred[late]!;
      late += 1;
      if (clause.anyOf.some((id) => this.kept.has(id))) continue;
      this.choices += 1;
      this.keep(clause.anyOf.find((id) => this.input.selected.has(id))!);
    }
  }

  private keepNeededBy(clause: Clause): void {
    const missing = clause.when.find((id) => !this.kept.has(id));
    if (missing !== undefined) {
      // Looked at again when that member is kept.
      const list = this.waiting.get(missing);
      if (list === undefined) this.waiting.set(missing, [clause]);
      else list.push(clause);
      return;
    }
    let candidates = 0;
    let best = -1;
    for (const id of clause.anyOf) {
      if (this.kept.has(id)) return;
      if (!this.input.selected.has(id)) continue;
      if (candidates === 0) best = id;
      candidates += 1;
    }
    if (candidates === 0) throw new Error(`selection leaves a clause open: ${clause.reason.text}`);
    if (candidates === 1) this.keep(best);
    else this.deferred.push(clause);
  }

  private keep(id: SolvableId): void {
    this.kept.add(id);
    this.order.push(id);
    for (const clause of this.waiting.get(id) ?? []) this.queue.push(clause);
    this.waiting.delete(id);
    this.consider(id);
  }

  private consider(id: SolvableId): void {
    for (const clause of this.input.clausesOf(id)) {
      // Conflicts are passed over: selected members have none among themselves, and those with others ask for nothing.
      if (clause.anyOf.length > 0 && clause.when.every((member) => this.input.selected.has(member))) this.queue.push(clause);
    }
  }
}

/**
 * The needed members of the selection without the fixed ones, breadth first from the requests. They satisfy every clause among themselves.
 */
export function trim(input: TrimInput): SolvableId[] {
  let pass = new Trimming(input);
  // A second pass can find less only when the first had to choose among several selected candidates.
  while (pass.choices > 0) {
    const again = new Trimming({ ...input, selected: pass.kept });
    if (again.kept.size === pass.kept.size) return again.order;
    pass = again;
  }
  return pass.order;
}
