/**
 * Clauses as arrays of literals with two watched literals each (Moskewicz et al., "Chaff", DAC 2001): a clause is looked at only when
 * one of its two watched literals becomes false. Original and learnt clauses live side by side; none is ever deleted.
 */
import type { Trail } from './trail.ts';
import type { Clause } from './types.ts';

/** No clause: there was no conflict. */
export const NONE = -1;

/** All clauses of one search, by index. */
export class ClauseStore {
  /** The first two literals of a clause are the watched ones. */
  readonly literals: number[][] = [];
  /** The clause as the provider gave it; null for a learnt one. */
  readonly sources: (Clause | null)[] = [];
  /** For a learnt clause what it was derived from: clause indexes, and `~variable` for variables fixed at level 0. */
  readonly antecedents: (readonly number[] | null)[] = [];
  private readonly watches: number[][] = [];

  addVariable(): void {
    this.watches.push([], []);
  }

  /**
   * Stores a clause and, when the assignment leaves it one way out, takes it.
   *
   * @returns the clause's index; {@link isConflict} tells whether it is violated already.
   */
  add(literals: number[], source: Clause | null, antecedents: readonly number[] | null, trail: Trail): number {
    const index = this.literals.length;
    this.literals.push(literals);
    this.sources.push(source);
    this.antecedents.push(antecedents);
    if (literals.length === 0) return index;
    lift(literals, 0, trail);
    const first = literals[0]!;
    if (literals.length > 1) {
      lift(literals, 1, trail);
      this.watches[first]!.push(index);
      this.watches[literals[1]!]!.push(index);
    }
    const unit = literals.length === 1 || trail.values[literals[1]!] === -1;
    if (unit && trail.values[first] === 0) trail.assign(first, index);
    return index;
  }

  /** True when every literal of the clause is false. Only valid right after {@link add}. */
  isConflict(index: number, trail: Trail): boolean {
    const literals = this.literals[index]!;
    return literals.length === 0 || trail.values[literals[0]!] === -1;
  }

  /**
   * Visits the clauses watching `falsified`, a literal that just became false: finds another literal to watch, implies the last open one,
   * or reports the violated clause.
   *
   * @returns index of a violated clause, or {@link NONE}.
   */
  visit(falsified: number, trail: Trail): number {
    const watching = this.watches[falsified]!;
    let kept = 0;
    let conflict = NONE;
    for (let n = 0; n < watching.length; n += 1) {
      const index = watching[n]!;
      if (conflict === NONE && this.moveWatch(index, falsified, trail.values)) continue;
      watching[kept] = index;
      kept += 1;
      if (conflict !== NONE) continue;
      const other = this.literals[index]![0]!;
      const value = trail.values[other];
      if (value === -1) conflict = index;
      else if (value === 0) trail.assign(other, index);
    }
    watching.length = kept;
    return conflict;
  }

  /** True when the clause now watches another literal. Leaves `falsified` in second place otherwise. */
  private moveWatch(index: number, falsified: number, values: readonly number[]): boolean {
    const literals = this.literals[index]!;
    if (literals[0] === falsified) {
      literals[0] = literals[1]!;
      literals[1] = falsified;
    }
    if (values[literals[0]!] === 1) return false;
    for (let i = 2; i < literals.length; i += 1) {
      const literal = literals[i]!;
      if (values[literal] === -1) continue;
      literals[1] = literal;
      literals[i] = falsified;
      this.watches[literal]!.push(index);
      return true;
    }
    return false;
  }
}

/** Moves the literal that stays non-false longest on backtracking to `place`: true or open ones, then false ones of the highest level. */
function lift(literals: number[], place: number, trail: Trail): void {
  let best = place;
  let bestRank = -1;
  for (let i = place; i < literals.length; i += 1) {
    const literal = literals[i]!;
    const value = trail.values[literal]!;
    const rank = value === -1 ? trail.levels[literal >> 1]! : Number.MAX_SAFE_INTEGER - 1 + value;
    if (rank > bestRank) {
      best = i;
      bestRank = rank;
    }
  }
  const moved = literals[best]!;
  literals[best] = literals[place]!;
  literals[place] = moved;
}
