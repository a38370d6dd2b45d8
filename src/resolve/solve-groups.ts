/**
 * Solves every set of wishes beside every baseline that was asked for. The bundle is the union: a bundle for two baselines must serve both, and
 * a group declared apart is solved with nothing but itself.
 */
import { AppError } from '../base/errors.ts';
import type { PackageWish } from '../config/manifest/select-request.ts';
import { didYouMean } from '../config/nearest-word.ts';
import { explainUnknown } from '../solve/explain.ts';
import { solve } from '../solve/solve.ts';
import type { Problem, Request, Solution, SolvableId, Unsatisfiable } from '../solve/types.ts';
import type { Baseline, Metadata, World } from './family.ts';

/** One solved set. */
export interface SolvedSet<Raw> {
  /** `joint`, or the name of the group; with the baseline behind it where several baselines were asked for. */
  readonly name: string;
  readonly world: World<Raw>;
  readonly problem: Problem;
  readonly solution: Solution;
  /** What the bundle must carry for it: the selection without what the host has. */
  readonly closure: readonly SolvableId[];
}

/** All sets, and the optional wishes nothing could answer. */
export interface SolvedSets<Raw> {
  readonly sets: readonly SolvedSet<Raw>[];
  readonly missing: readonly PackageWish[];
}

/**
 * @throws {AppError} `SOLVE_UNKNOWN_NAME` with every name nothing provides, or `SOLVE_UNSATISFIABLE` with every contradiction as a chain of sentences.
 */
export function solveSets<Raw>(
  metadata: Metadata<Raw>,
  wishSets: ReadonlyMap<string, readonly PackageWish[]>,
  baselines: readonly Baseline[],
): SolvedSets<Raw> {
  const sets: SolvedSet<Raw>[] = [];
  const missing = new Map<string, PackageWish>();
  const failures: Unsatisfiable[] = [];
  const asked = [...wishSets.values()].flatMap((wishes) => wishes.map(({ text }) => text));
  let names: () => ReadonlySet<string> = () => new Set();
  for (const baseline of baselines) {
    const world = metadata.world(baseline, asked);
    names = () => world.names();
    for (const [set, wishes] of wishSets) {
      if (wishes.length === 0) continue;
      const outcome = solveWithOptional(world, wishes);
      for (const wish of outcome.missing) missing.set(wish.text, wish);
      if (outcome.result.kind === 'unsatisfiable') failures.push(outcome.result);
      else sets.push(solvedSet(baselines.length > 1 ? `${set}@${baseline.name}` : set, world, outcome.problem, outcome.result));
    }
  }
  if (failures.length > 0) throw unsatisfiable(failures, names);
  return { sets, missing: [...missing.values()] };
}

function solvedSet<Raw>(name: string, world: World<Raw>, problem: Problem, solution: Solution): SolvedSet<Raw> {
  return { name, world, problem, solution, closure: solution.selected.filter((id) => !world.isOnHost(id)) };
}

interface Outcome {
  readonly problem: Problem;
  readonly result: Solution | Unsatisfiable;
  readonly missing: readonly PackageWish[];
}

/** What the solver is asked for a wish. */
export function requestOf(world: World<unknown>, { text, origin, recommends, suggests }: PackageWish): Request {
  const request = world.request(text, origin);
  return recommends || suggests ? { ...request, wishes: suggests ? 'suggests' : 'recommends' } : request;
}

/** Optional wishes are dropped when nothing has their name, or when they stand in the way of the others. */
function solveWithOptional(world: World<unknown>, wishes: readonly PackageWish[]): Outcome {
  const missing: PackageWish[] = [];
  let wanted: { wish: PackageWish; request: Request }[] = [];
  for (const wish of wishes) {
    const request = requestOf(world, wish);
    if (wish.optional && request.anyOf.length === 0) missing.push(wish);
    else wanted.push({ wish, request });
  }
  for (;;) {
    const problem: Problem = {
      provider: world.provider,
      requests: [...world.implied, ...wanted.map(({ request }) => request)],
      fixed: world.fixed,
    };
    const result = solve(problem);
    if (result.kind === 'solution') return { problem, result, missing };
    const blamed = new Set(result.conflicts.flatMap(({ requests }) => requests));
    const droppable = wanted.filter(({ wish, request }) => wish.optional && blamed.has(request));
    if (droppable.length === 0) return { problem, result, missing };
    missing.push(...droppable.map(({ wish }) => wish));
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

/** The package name a wish begins with. */
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

function hintFor(failures: readonly Unsatisfiable[]): string {
  const conflicts = failures.flatMap((failure) => failure.conflicts);
  if (conflicts.length === 0)
    return 'correct the names, add the upstream that has them with an overlay (--manifest), or mark them optional';
  if (conflicts.some(({ requests }) => requests.some(({ origin }) => origin === 'baseline'))) {
    return 'the host has versions these upstreams do not: build against the release it was installed from (--minor, or an archived mirror), or update the host first';
  }
  return 'change the request, pin another version or add an upstream with an overlay (--manifest)';
}
