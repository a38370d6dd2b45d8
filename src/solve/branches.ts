/**
 * The choices a search has made and what else there was. When all is decided, a choice is taken back where an alternative came in
 * anyway, or where something was passed over that is recommended by now: as libsolv does in the end.
 */

/** A choice of one of several literals. */
export interface Branch {
  /** The level the search was at. */
  readonly level: number;
  readonly literals: readonly number[];
  /** Those that were tried. */
  readonly tried: Set<number>;
}

/** What the choices are judged by. */
export interface Judgement {
  /** The level at which a literal became true; -1 when it is not. */
  levelOf(literal: number): number;
  isRecommended(literal: number): boolean;
}

/** Another literal to take instead. */
export interface Instead {
  readonly branch: Branch;
  readonly literal: number;
}

/** All choices of the present trail, lowest level first. */
export class Branches {
  private readonly branches: Branch[] = [];

  open(level: number, literals: readonly number[]): void {
    this.branches.push({ level, literals, tried: new Set([literals[0]!]) });
  }

  /** Opens a branch again that another of its literals is tried for. */
  reopen({ branch, literal }: Instead): void {
    branch.tried.add(literal);
    this.branches.push(branch);
  }

  /** Forgets the choices made at `level` or above. */
  backtrack(level: number): void {
    while ((this.branches.at(-1)?.level ?? -1) >= level) this.branches.pop();
  }

  /** The earliest choice that should have been another; null when all are right. */
  improvement(judgement: Judgement): Instead | null {
    for (const branch of this.branches) {
      const literal = better(branch, judgement);
      if (literal !== undefined) return { branch, literal };
    }
    return null;
  }
}

function better({ level, literals, tried }: Branch, { levelOf, isRecommended }: Judgement): number | undefined {
  const untried = literals.filter((literal) => !tried.has(literal));
  const cameInAnyway = untried.find((literal) => levelOf(literal) > level);
  if (cameInAnyway !== undefined) return cameInAnyway;
  const recommended = untried.find(isRecommended);
  if (recommended === undefined) return undefined;
  const chosen = literals.find((literal) => tried.has(literal) && levelOf(literal) === level + 1);
  return chosen === undefined || isRecommended(chosen) ? undefined : recommended;
}
