/**
 * Solves every group of requests beside every baseline that was asked for. The bundle is the union: a bundle for two baselines must serve
 * both, and a group declared separate is solved with nothing but itself.
 */
import { AppError } from '../base/errors.ts';
import type { PackageRequest } from '../config/manifest/select-request.ts';
import { didYouMean } from '../config/nearest-word.ts';
import { explainUnknown } from '../solve/explain.ts';
import { solve } from '../solve/solve.ts';
import type { Problem, Request, Solution, SolvableId, Unsatisfiable } from '../solve/types.ts';
import type { Baseline } from './baseline.ts';
import type { Candidates, Metadata } from './family.ts';

/** One solved group. */
export interface SolvedGroup<Raw> {
  /** `joint`, or the name of the group; with the baseline behind it where several baselines were asked for. */
  readonly name: string;
  /** Beside which it was solved. */
  readonly baseline: Baseline;
  readonly candidates: Candidates<Raw>;
  readonly problem: Problem;
  readonly solution: Solution;
  /** What the bundle must carry for it: the selection without what the host has. */
  readonly closure: readonly SolvableId[];
}

/** All solved groups, and the optional requests nothing could answer. */
export interface SolvedGroups<Raw> {
  readonly groups: readonly SolvedGroup<Raw>[];
  readonly missing: readonly PackageRequest[];
}

/**
 * Solves all groups beside all baselines. An empty group is left out.
 *
 * @throws {AppError} `SOLVE_UNKNOWN_NAME` with every name nothing provides, or `SOLVE_UNSATISFIABLE` with every contradiction as a chain of
 * sentences.
 */
export function solveGroups<Raw>(
  metadata: Metadata<Raw>,
  groups: ReadonlyMap<string, readonly PackageRequest[]>,
  baselines: readonly Baseline[],
): SolvedGroups<Raw> {
  const solved: SolvedGroup<Raw>[] = [];
  const missing = new Map<string, PackageRequest>();
  const failures: Unsatisfiable[] = [];
  const asked = [...groups.values()].flatMap((requests) => requests.map(({ text }) => text));
  let names: () => ReadonlySet<string> = () => new Set();
  for (const baseline of baselines) {
    const candidates = metadata.candidates(baseline, asked);
    names = () => candidates.names();
    for (const [group, requests] of groups) {
      if (requests.length === 0) continue;
      const outcome = solveWithOptional(candidates, requests);
      for (const asked of outcome.missing) missing.set(asked.text, asked);
      if (outcome.result.kind === 'unsatisfiable') failures.push(outcome.result);
      else {
        const name = baselines.length > 1 ? `${group}@${baseline.name}` : group;
        solved.push(solvedGroup(name, baseline, candidates, outcome.problem, outcome.result));
      }
    }
  }
  if (failures.length > 0) throw unsatisfiable(failures, names);
  return { groups: solved, missing: [...missing.values()] };
}

function solvedGroup<Raw>(
  name: string,
  baseline: Baseline,
  candidates: Candidates<Raw>,
  problem: Problem,
  solution: Solution,
): SolvedGroup<Raw> {
  return { name, baseline, candidates, problem, solution, closure: solution.selected.filter((id) => !candidates.isOnHost(id)) };
}

interface Outcome {
  readonly problem: Problem;
  readonly result: Solution | Unsatisfiable;
  readonly missing: readonly PackageRequest[];
}

/** What the solver is asked for a request of a profile. */
export function requestOf(
  candidates: Pick<Candidates<unknown>, 'request'>,
  { text, origin, recommends, suggests }: PackageRequest,
): Request {
  const request = candidates.request(text, origin);
  return recommends || suggests ? { ...request, weak: suggests ? 'suggests' : 'recommends' } : request;
}

/** Optional requests are dropped when nothing has their name, or when they stand in the way of the others. */
function solveWithOptional(candidates: Candidates<unknown>, requests: readonly PackageRequest[]): Outcome {
  const missing: PackageRequest[] = [];
  let wanted: { asked: PackageRequest; request: Request }[] = [];
  for (const asked of requests) {
    const request = requestOf(candidates, asked);
    if (asked.optional && request.anyOf.length === 0) missing.push(asked);
    else wanted.push({ asked, request });
  }
  for (;;) {
    const problem: Problem = {
      provider: candidates.provider,
      // What was asked for by name first: its newest version goes before keeping what the host has.
      requests: [...wanted.map(({ request }) => request), ...candidates.implied],
      fixed: candidates.fixed,
    };
    const result = solve(problem);
    if (result.kind === 'solution') return { problem, result, missing };
    const blamed = new Set(result.conflicts.flatMap((conflict) => conflict.requests));
    const droppable = wanted.filter(({ asked, request }) => asked.optional && blamed.has(request));
    if (droppable.length === 0) return { problem, result, missing };
    missing.push(...droppable.map(({ asked }) => asked));
    wanted = wanted.filter((entry) => !droppable.includes(entry));
  }
}

/** A sentence for each request; where nothing has the name at all, with the name that was probably meant. */
export function explainUnknownNames(requests: readonly Request[], names: () => ReadonlySet<string>): string[] {
  const known = requests.length === 0 ? new Set<string>() : names();
  return requests.flatMap((request) => {
    const [first = '', ...rest] = explainUnknown(request);
    const suggestion = known.has(nameOf(request.text)) ? '' : didYouMean(nameOf(request.text), known);
    return [`${first}${suggestion}`, ...rest];
  });
}

/** The package name a request begins with. */
function nameOf(text: string): string {
  return /^[^\s=(]+/.exec(text)?.[0] ?? text;
}

function unsatisfiable(failures: readonly Unsatisfiable[], names: () => ReadonlySet<string>): AppError {
  const unknown = new Map(failures.flatMap(({ unknown: requests }) => requests).map((request) => [request.text, request]));
  const chains = [...new Set(failures.flatMap(({ conflicts }) => conflicts.map(({ lines }) => lines.join('\n  '))))];
  const unknownLines = explainUnknownNames([...unknown.values()], names);
  const parts = [
    ...(unknownLines.length === 0
      ? []
      : [
          `no upstream has what ${unknown.size === 1 ? 'this request names' : `these ${unknown.size} requests name`}:\n  ${unknownLines.join('\n  ')}`,
        ]),
    ...(chains.length === 0 ? [] : [`the request cannot be satisfied:\n  ${chains.join('\n\n  ')}`]),
  ];
  return new AppError(chains.length === 0 ? 'SOLVE_UNKNOWN_NAME' : 'SOLVE_UNSATISFIABLE', parts.join('\n'), {
    hint: hintFor(failures),
    details: { unknown: [...unknown.keys()], explanations: failures.flatMap(({ conflicts }) => conflicts.map(({ lines }) => lines)) },
  });
}

/** What `deb/candidates` and `rpm/candidates` say of packages a host does not take. */
const BY_HOST = /is on hold on the host|the host pins|excludepkgs of the host|the host's versionlock/;

function hintFor(failures: readonly Unsatisfiable[]): string {
  const conflicts = failures.flatMap((failure) => failure.conflicts);
  if (conflicts.length === 0)
    return 'correct the names, add the upstream that has them with an overlay (--manifest), or mark them optional';
  if (conflicts.some(({ lines }) => lines.some((line) => BY_HOST.test(line)))) {
    return 'the host itself forbids it: lift the hold, pin, lock or exclude there (apt-mark unhold, /etc/apt/preferences.d, dnf versionlock delete, dnf.conf), capture it again and build for that';
  }
  if (conflicts.some(({ requests }) => requests.some(({ origin }) => origin === 'baseline'))) {
    return 'the host has versions these upstreams do not: build against the release it was installed from (--minor, or an archived mirror), or update the host first';
  }
  return 'change the request, pin another version or add an upstream with an overlay (--manifest)';
}
