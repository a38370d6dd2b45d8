/**
 * Which open clause is decided next. Clauses enter when all of their `when` is selected, so the order is breadth first from the requests.
 * Those whose candidates share one name come first: choosing a version is no choice of a package, and what they bring in may satisfy an
 * alternative without anything new.
 */
import type { Trail } from './trail.ts';

/** A list with a reading position, both of which can be set back. */
interface Line {
  readonly clauses: number[];
  head: number;
}

/** Open clauses with two or more candidates, in the order of decision. Follows the trail back. */
export class Agenda {
  private readonly sameName: Line = { clauses: [], head: 0 };
  private readonly alternatives: Line = { clauses: [], head: 0 };
  /** Four numbers a level: length and head of both lines when the level was opened. */
  private readonly marks: number[] = [];
  /** By variable: clauses it is a condition of. */
  private readonly waiting: (number[] | undefined)[] = [];
  private readonly conditions: number[][] = [];
  private readonly options: number[][] = [];
  private readonly isSameName: boolean[] = [];

  /** Takes a clause: `conditions` are variables that must all be selected, `options` literals, best first. */
  add(conditions: number[], options: number[], isSameName: boolean): void {
    const entry = this.options.length;
    this.conditions.push(conditions);
    this.options.push(options);
    this.isSameName.push(isSameName);
    if (conditions.length === 0) this.push(entry);
    for (const variable of conditions) {
      const list = this.waiting[variable];
      if (list === undefined) this.waiting[variable] = [entry];
      else list.push(entry);
    }
  }

  /** Lets in the clauses that `variable`, just selected, was the last condition of. */
  select(variable: number, trail: Trail): void {
    for (const entry of this.waiting[variable] ?? []) {
      if (this.conditions[entry]!.every((condition) => trail.values[condition << 1] === 1)) this.push(entry);
    }
  }

  openLevel(): void {
    const { sameName, alternatives } = this;
    this.marks.push(sameName.clauses.length, sameName.head, alternatives.clauses.length, alternatives.head);
  }

  /** Returns to the state before the level above `level` was opened. */
  backtrack(level: number): void {
    const mark = level * 4;
    if (mark >= this.marks.length) return;
    this.sameName.clauses.length = this.marks[mark]!;
    this.sameName.head = this.marks[mark + 1]!;
    this.alternatives.clauses.length = this.marks[mark + 2]!;
    this.alternatives.head = this.marks[mark + 3]!;
    this.marks.length = mark;
  }

  /** The literal to decide next: the best open candidate of the first unsatisfied clause; -1 when every clause is satisfied. */
  next(trail: Trail): number {
    const literal = this.advance(this.sameName, trail);
    return literal >= 0 ? literal : this.advance(this.alternatives, trail);
  }

  private advance(line: Line, trail: Trail): number {
    for (; line.head < line.clauses.length; line.head += 1) {
      const options = this.options[line.clauses[line.head]!]!;
      if (options.some((literal) => trail.values[literal] === 1)) continue;
      const open = options.find((literal) => trail.values[literal] === 0);
      if (open !== undefined) return open;
    }
    return -1;
  }

  private push(entry: number): void {
    (this.isSameName[entry] === true ? this.sameName : this.alternatives).clauses.push(entry);
  }
}
