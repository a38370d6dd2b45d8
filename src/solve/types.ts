/**
 * What the solver knows: numbers, names for messages, and clauses. It knows nothing of RPM or DEB.
 * A provider (`rpm/candidates/provider.ts`, `deb/candidates/provider.ts`) turns metadata into these.
 */

/** A package in one version and architecture from one upstream, as a small integer the provider chose. */
export type SolvableId = number;

/**
 * "If all of `when` are selected, one of `anyOf` must be." One shape says everything:
 * a requirement is `{when: [self], anyOf: [best, next…]}`, a conflict `{when: [self, other], anyOf: []}`,
 * something unobtainable `{when: [self], anyOf: []}`, and `(a if b)` one clause per candidate of b.
 */
export interface Clause {
  readonly when: readonly SolvableId[];
  /** Candidates, best first as far as that can be told without a selection. No duplicates. */
  readonly anyOf: readonly SolvableId[];
  readonly reason: Reason;
  /** So many of the first candidates nothing tells apart: providers of one virtual package. Default 1. */
  readonly alike?: number;
}

/**
 * Why a clause exists, in the vocabulary both families share. Texts are the metadata's own (`libssl3 (>= 3.0.0)`, `libc.so.6()(64bit)`).
 */
export type Reason =
  | {
      readonly kind: 'requires';
      readonly text: string;
      /** True for Pre-Depends and for Requires(pre). The solver treats them as any other; messages say it. */
      readonly pre?: boolean;
      /** What almost matched and why it did not count: wrong version, excluded by the manifest, hidden by a module, other architecture. */
      readonly rejected?: readonly RejectedCandidate[];
    }
  | { readonly kind: 'recommends'; readonly text: string }
  | { readonly kind: 'conflicts'; readonly text: string; readonly word: 'Conflicts' | 'Breaks' | 'Obsoletes' | 'Replaces' }
  | { readonly kind: 'same-name'; readonly text: string }
  | { readonly kind: 'multi-arch'; readonly text: string };

/**
 * A package that almost matched but does not count, with the reason in words (`version 1.2-1 is older than 2.0`, `excluded by excludepkgs
 * of appstream`).
 */
export interface RejectedCandidate {
  readonly label: string;
  readonly why: string;
}

/**
 * How far weak dependencies are followed: what is recommended (Recommends, Supplements), or what is only suggested (Suggests, Enhances) as
 * well.
 */
export type WeakLevel = 'recommends' | 'suggests';

/** One thing the user asked for. */
export interface Request {
  /** What was typed or what the group says: `nginx`, `postgresql-17 (>= 17.2)`. */
  readonly text: string;
  /** Where it comes from, for `why`: `profile infra, group infra-package`, `--package`. */
  readonly origin: string;
  /** Candidates, best first. Empty when nothing has the name; the solver then reports it together with all other such requests. */
  readonly anyOf: readonly SolvableId[];
  /** As in {@link Reason}: what almost matched. */
  readonly rejected?: readonly RejectedCandidate[];
  /**
   * Weak dependencies of all that comes in for this request are followed so far, as apt and dnf do in one transaction. Without it, none
   * are.
   */
  readonly weak?: WeakLevel;
  /** The first candidate is what is there already: it stays unless something else stands against it, whatever the policy prefers. */
  readonly keepsFirst?: boolean;
}

/** What is selected at a moment of the search. */
export interface Selection {
  has(id: SolvableId): boolean;
  /** All of it, in the order it was selected. The same array as long as nothing changes. */
  ids(): readonly SolvableId[];
}

/** A package that would join because of what is selected (rpm's Supplements). */
export interface Supplement {
  readonly id: SolvableId;
  /** The selected package it is for. */
  readonly by: SolvableId;
  /** The dependency in the metadata's words. */
  readonly text: string;
}

/** How a family chooses where its rules leave a choice. Calls must be pure: what is selected decides, and nothing else. */
export interface ChoicePolicy {
  /** Of two or more candidates that may be selected those that come into question; at least one. */
  narrow(open: readonly SolvableId[], selection: Selection): readonly SolvableId[];
  /** Two or more of what {@link narrow} has left of the candidates of `clause`, best first. */
  order(inQuestion: readonly SolvableId[], selection: Selection, clause: Clause): readonly SolvableId[];
  /** Of all that weak dependencies ask for at one moment what comes into question; at least one. */
  chooseWeak(open: readonly SolvableId[], selection: Selection): readonly SolvableId[];
  /** Supplements in the order in which they are tried. */
  orderSupplements(ids: readonly SolvableId[], selection: Selection): readonly SolvableId[];
  /** True when something selected recommends `id`, or `id` supplements it. */
  isRecommended(id: SolvableId, selection: Selection): boolean;
  /** Open clauses are decided in the order they came up, or by the numbers of the solvables in them. */
  readonly clauseOrder: 'found' | 'numbered';
  /** True when a choice is taken back for an alternative that came in anyway, or that is recommended by then. */
  readonly improves: boolean;
}

/** All packages and their rules, as one family (RPM or DEB) has them. Calls must be pure: the same id gives the same answer. */
export interface Provider {
  /**
   * Hard rules of a solvable; asked once, when the solvable is first selected. Includes same-name exclusions and conflicts it declares.
   * Every clause has `id` among its `when`, first when it is the one that declares the rule.
   */
  clausesOf(id: SolvableId): readonly Clause[];
  /**
   * Weak dependencies of a solvable up to `level`; none of what the host has already. Each is granted when it can be without giving up
   * anything else.
   */
  weakClausesOf(id: SolvableId, level: WeakLevel): readonly Clause[];
  /**
   * What the selection as a whole asks for, by id, and what it has because of that; one entry for every package it is for. `levels`
   * says whose weak dependencies count, and how far.
   */
  supplements?(selection: Selection, levels: ReadonlyMap<SolvableId, WeakLevel>): readonly Supplement[];
  /** How to choose; without it, by the order of the candidates. */
  readonly policy?: ChoicePolicy;
  /** Full label for messages, with the upstream: `nginx 1:1.22.1-9 [debian-base]`. */
  label(id: SolvableId): string;
  /** Name without version or architecture: the unit `why` talks about. */
  name(id: SolvableId): string;
}

/** What to solve. */
export interface Problem {
  readonly provider: Provider;
  /** Solved jointly. An earlier request chooses before a later one; callers sort. */
  readonly requests: readonly Request[];
  /**
   * Always selected: the baseline. Never in the closure. Rules among its own members are not enforced: a host that lives with a broken
   * package is not a reason to refuse others. Rules between it and new packages are.
   */
  readonly fixed?: readonly SolvableId[];
  /** Most work before the solver gives up, for input that would take for ever. Default 2,000,000 propagations per request. */
  readonly maxPropagations?: number;
}

/** A selection that satisfies every clause. */
export interface Solution {
  readonly kind: 'solution';
  /** Sorted by id; without the fixed ones. Every member is reachable from a request: nothing is selected without a reason. */
  readonly selected: readonly SolvableId[];
  /** For each selected id the first reason it was selected, as an edge towards a request. */
  readonly why: ReadonlyMap<SolvableId, WhyEdge>;
  /** Weak dependencies that could not be granted, with what stood against them. */
  readonly declined: readonly Clause[];
  /** Requests that got another version than the one they would have had alone. */
  readonly passedOver: readonly PassedOver[];
  readonly statistics: SolveStatistics;
}

/** A request whose best candidate could not be taken. */
export interface PassedOver {
  readonly request: Request;
  readonly best: SolvableId;
  /** What was taken: another version of the same name. */
  readonly chosen: SolvableId;
}

/** One step towards a request. */
export interface WhyEdge {
  /** The solvable that wanted it; null for a request itself. */
  readonly by: SolvableId | null;
  /** The dependency in the metadata's words; for a request its origin. */
  readonly text: string;
  readonly kind: 'requested' | 'requires' | 'recommends';
}

export interface SolveStatistics {
  readonly solvablesVisited: number;
  readonly clauses: number;
  readonly decisions: number;
  readonly conflicts: number;
  readonly propagations: number;
}

/** A proof that no selection exists. */
export interface Unsatisfiable {
  readonly kind: 'unsatisfiable';
  /** All requests for which there is no package of that name and nothing that provides it. */
  readonly unknown: readonly Request[];
  /**
   * Minimal sets of requests and clauses that cannot hold together: dropping any one member would make it solvable. Empty when only names
   * were unknown.
   */
  readonly conflicts: readonly Explanation[];
}

/** One minimal contradiction, and the same as sentences. */
export interface Explanation {
  readonly requests: readonly Request[];
  readonly clauses: readonly Clause[];
  /** Members of the baseline without which there would be no contradiction. */
  readonly baseline: readonly SolvableId[];
  /** The shortest chain from the request to the contradiction, one sentence a line, ready to print. */
  readonly lines: readonly string[];
}

export type SolveResult = Solution | Unsatisfiable;
