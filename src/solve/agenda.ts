/**
 * Which open clause is decided next. Those that leave one candidate in question come first: there is nothing to choose, and what they bring
 * in may satisfy an alternative for nothing. Then the others. Both in a fixed order, in which the agenda goes round and round from where it
 * stopped, as libsolv goes through its rules.
 */
import type { Trail } from './trail.ts';
import type { Clause } from './types.ts';

/** A clause with two or more candidates: `conditions` are variables, `options` literals. */
interface Entry {
  readonly conditions: readonly number[];
  readonly options: readonly number[];
  /** What the order goes by. */
  readonly key: readonly number[];
  readonly clause: Clause;
}

/** How literals are chosen from. */
export interface Chooser {
  /** The candidates in question of those that are open. */
  narrow(open: readonly number[]): readonly number[];
  /** The candidates in question of a clause, best first. */
  order(inQuestion: readonly number[], clause: Clause): readonly number[];
}

/** Clauses with two or more candidates, and how far the search has got with them. */
export class Agenda {
  private readonly entries: Entry[] = [];
  private at = 0;
  /** Visits since something was decided. */
  private idle = 0;
  /** Where the first clause was passed over that leaves a choice; -1 when none was, or when choices are being made. */
  private firstChoice = -1;
  private isChoosing = false;

  /** Takes a clause. Equal keys stay in the order in which they were added; with no key that is all there is to the order. */
  add(clause: Clause, conditions: readonly number[], options: readonly number[], key: readonly number[]): void {
    const place = this.placeOf(key);
    this.entries.splice(place, 0, { conditions, options, key, clause });
    if (place < this.at) this.at += 1;
    if (place <= this.firstChoice) this.firstChoice += 1;
  }

  /** Begins again at the first clause. */
  restart(): void {
    this.at = 0;
    this.idle = 0;
    this.firstChoice = -1;
    this.isChoosing = false;
  }

  /** Goes on, but looks at every clause once more: what was satisfied may be open again. */
  recheck(): void {
    this.idle = 0;
  }

  /** Literals to choose the first of, best first; null when every clause is satisfied. */
  next(trail: Trail, chooser: Chooser): readonly number[] | null {
    while (this.idle < this.entries.length || this.beginChoosing()) {
      if (this.at >= this.entries.length) this.at = 0;
      const here = this.at;
      this.at += 1;
      this.idle += 1;
      const entry = this.entries[here]!;
      const open = openOf(entry, trail);
      if (open.length === 0) continue;
      const inQuestion = open.length === 1 ? open : chooser.narrow(open);
      if (inQuestion.length > 1 && !this.isChoosing) {
        if (this.firstChoice < 0) this.firstChoice = here;
        continue;
      }
      this.idle = 0;
      return inQuestion.length === 1 ? inQuestion : chooser.order(inQuestion, entry.clause);
    }
    return null;
  }

  /** Goes back to the first clause that leaves a choice; false when there was none, or choices were being made. */
  private beginChoosing(): boolean {
    if (this.isChoosing || this.firstChoice < 0) return false;
    this.at = this.firstChoice;
    this.isChoosing = true;
    this.idle = 0;
    return true;
  }

  /** Behind all that is not greater. */
  private placeOf(key: readonly number[]): number {
    let low = 0;
    let high = this.entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compareKeys(this.entries[middle]!.key, key) <= 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

const NOTHING: readonly number[] = [];

/** Candidates that are neither selected nor excluded; none for a clause that asks for nothing now. */
function openOf({ conditions, options }: Entry, { values }: Trail): readonly number[] {
  for (const condition of conditions) if (values[condition << 1] !== 1) return NOTHING;
  let count = 0;
  for (const option of options) {
    const value = values[option]!;
    if (value === 1) return NOTHING;
    if (value === 0) count += 1;
  }
  return count === options.length ? options : options.filter((option) => values[option] === 0);
}

function compareKeys(a: readonly number[], b: readonly number[]): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i += 1) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return a.length - b.length;
}
