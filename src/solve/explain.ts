/**
 * A minimal contradiction as sentences: each request, then depth first what it leads to. Versions of one package that fail for the same
 * reason share a sentence. One vocabulary for both families; the metadata's own words only inside it.
 */
import type { Clause, Explanation, Provider, Reason, RejectedCandidate, Request, SolvableId } from './types.ts';

/** The members of a core by kind. */
export interface CoreParts {
  readonly requests: readonly Request[];
  readonly clauses: readonly Clause[];
  readonly baseline: readonly SolvableId[];
}

const MAX_LISTED = 3;
const MAX_REJECTED = 5;
const CONFLICT_VERBS = { Conflicts: 'conflicts with', Breaks: 'breaks', Obsoletes: 'obsoletes', Replaces: 'replaces' } as const;

/** `a`, `a or b`, `a, b or c`, `a, b, c or 4 more`. */
function listed(labels: readonly string[], word: 'and' | 'or'): string {
  const shown = labels.length > MAX_LISTED + 1 ? [...labels.slice(0, MAX_LISTED), `${labels.length - MAX_LISTED} more`] : labels;
  const last = shown.at(-1)!;
  return shown.length === 1 ? last : `${shown.slice(0, -1).join(', ')} ${word} ${last}`;
}

/** Name in a requirement's text: `libfoo` of `libfoo (>= 2.0)` and of `libfoo >= 2.0`; alternatives and rich ones whole. */
function capability(text: string): string {
  if (text.startsWith('(') || text.includes(' | ')) return text;
  return text.split(' ', 1)[0]!;
}

function rejectedLines(rejected: readonly RejectedCandidate[]): string[] {
  const lines = rejected.slice(0, MAX_REJECTED).map(({ label, why }) => `  ${label} does not count: ${why}`);
  if (rejected.length > MAX_REJECTED) lines.push(`  nor do ${rejected.length - MAX_REJECTED} more`);
  return lines;
}

/** `head, but:` with what almost matched, or `head, but nothing provides name`. */
function unprovided(head: string, text: string, rejected: readonly RejectedCandidate[]): string[] {
  if (rejected.length === 0) return [`${head}, but nothing provides ${capability(text)}`];
  return [`${head}, but:`, ...rejectedLines(rejected), `  nothing else provides ${capability(text)}`];
}

/** Sentences about a request no candidate of which exists: what it is, where it comes from, what almost matched. */
export function explainUnknown(request: Request): string[] {
  return unprovided(`${request.text} was requested (${request.origin})`, request.text, request.rejected ?? []);
}

/** Puts a core into words. */
export function explain(core: CoreParts, provider: Provider): Explanation {
  return { ...core, lines: new Narrator(core, provider).lines };
}

class Narrator {
  readonly lines: string[] = [];
  private readonly provider: Provider;
  private readonly baseline: ReadonlySet<SolvableId>;
  private readonly met: Set<SolvableId>;
  private readonly told = new Set<Clause>();
  private readonly byCondition = new Map<SolvableId, Clause[]>();

  constructor(core: CoreParts, provider: Provider) {
    this.provider = provider;
    this.baseline = new Set(core.baseline);
    this.met = new Set(core.baseline);
    for (const clause of core.clauses) {
      for (const id of new Set(clause.when)) this.byCondition.set(id, [...(this.byCondition.get(id) ?? []), clause]);
    }
    for (const request of core.requests) {
      this.tellRequest(request);
      this.walk(request.anyOf);
    }
    // What is left: rules among members of the baseline, and clauses whose conditions came up in another order.
    for (const clause of core.clauses) if (!this.told.has(clause)) this.tell(clause);
  }

  private label(id: SolvableId): string {
    return this.baseline.has(id) ? `${this.provider.label(id)} (in the baseline)` : this.provider.label(id);
  }

  private labels(ids: readonly SolvableId[]): string[] {
    return ids.map((id) => this.label(id));
  }

  private tellRequest(request: Request): void {
    const isPlain = request.anyOf.length === 1 && this.provider.name(request.anyOf[0]!) === request.text;
    const candidates = isPlain ? '' : `; only ${listed(this.labels(request.anyOf), 'or')} would do`;
    this.lines.push(`${request.text} was requested (${request.origin})${candidates}`, ...rejectedLines(request.rejected ?? []));
  }

  private walk(from: readonly SolvableId[]): void {
    const stack = from.toReversed();
    for (const id of from) this.met.add(id);
    for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
      for (const clause of this.byCondition.get(id) ?? []) {
        if (this.told.has(clause) || !clause.when.every((member) => this.met.has(member))) continue;
        this.tell(clause);
        for (const next of clause.anyOf) this.met.add(next);
        for (const next of clause.anyOf.toReversed()) stack.push(next);
      }
    }
  }

  /** Clauses not told yet that have the same words and the same candidates, and whose packages have all been mentioned. */
  private alike(clause: Clause): Clause[] {
    const same: Clause[] = [clause];
    if (clause.when.length !== 1) return same;
    for (const id of this.met) {
      for (const other of this.byCondition.get(id) ?? []) {
        if (other !== clause && !this.told.has(other) && sameRule(other, clause)) same.push(other);
      }
    }
    return same;
  }

  private tell(clause: Clause): void {
    const same = this.alike(clause);
    for (const member of same) this.told.add(member);
    if (clause.anyOf.length === 0 && clause.reason.kind !== 'requires') this.lines.push(this.exclusion(clause));
    else this.tellRequirement(clause, same);
  }

  private tellRequirement(clause: Clause, same: readonly Clause[]): void {
    const reason = clause.reason;
    const subjects = same.length > 1 ? same.map((member) => this.label(member.when[0]!)) : [this.label(clause.when[0]!)];
    const conditions = clause.when.slice(1);
    const given = conditions.length === 0 ? '' : `, given ${listed(this.labels(conditions), 'and')}`;
    const head = `${listed(subjects, 'and')} ${subjects.length > 1 ? 'require' : 'requires'} ${reason.text}${given}${beforeUnpacking(reason)}`;
    const rejected = reason.kind === 'requires' ? (reason.rejected ?? []) : [];
    if (clause.anyOf.length === 0) {
      this.lines.push(...unprovided(head, reason.text, rejected));
      return;
    }
    const verb = clause.anyOf.length === 1 ? 'provides' : 'provide';
    this.lines.push(`${head}; only ${listed(this.labels(clause.anyOf), 'and')} ${verb} it`, ...rejectedLines(rejected));
  }

  private exclusion(clause: Clause): string {
    const [self, ...others] = this.labels(clause.when);
    const { reason } = clause;
    if (others.length === 0) return `${self} cannot be installed: ${reason.text}`;
    if (reason.kind === 'conflicts') return `${self} ${CONFLICT_VERBS[reason.word]} ${reason.text}, which is ${listed(others, 'and')}`;
    const what = `only one of ${listed([self!, ...others], 'and')} can be installed`;
    return reason.text === '' ? what : `${what}: ${reason.text}`;
  }
}

function beforeUnpacking(reason: Reason): string {
  return reason.kind === 'requires' && reason.pre === true ? ' (before it is unpacked)' : '';
}

function sameRule(a: Clause, b: Clause): boolean {
  if (a.when.length !== 1 || b.when.length !== 1 || a.reason.kind !== b.reason.kind || a.reason.text !== b.reason.text) return false;
  return a.anyOf.length === b.anyOf.length && a.anyOf.every((id, i) => id === b.anyOf[i]);
}
