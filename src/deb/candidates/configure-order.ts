/**
 * Whether dpkg can install a selection at all (Debian policy 7.2; dpkg's `dependtry`): a package is unpacked once its Pre-Depends are
 * configured, and configured once its Depends are. Circles of Depends alone are broken; one with a Pre-Depends in it never is.
 */
import type { Clause, SolvableId } from '../../solve/types.ts';
import type { DebProvider } from './provider.ts';

/** A dependency of a member: any one of `anyOf` serves. */
interface Edge {
  readonly isPre: boolean;
  readonly text: string;
  readonly anyOf: readonly SolvableId[];
}

const NONE: ReadonlySet<SolvableId> = new Set();

/**
 * The circle that stands in the way, a sentence for each step, or null when dpkg gets to the end. What the host has counts as configured,
 * also in the version that is being replaced: dpkg takes a Pre-Depends for fulfilled by what was configured before.
 */
export function findOrderFault(provider: DebProvider, selected: readonly SolvableId[]): readonly string[] | null {
  const { pool } = provider;
  const configured = new Set(pool.installed().map(({ id }) => id));
  let waiting = selected.filter((id) => !configured.has(id));
  const edges = new Map(waiting.map((id) => [id, provider.requirementsOf(id).flatMap(edgeOf)]));
  const isMet = ({ anyOf }: Edge, together: ReadonlySet<SolvableId>) => anyOf.some((id) => configured.has(id) || together.has(id));
  const isReady = (id: SolvableId, isPre: boolean, together: ReadonlySet<SolvableId>) =>
    (edges.get(id) ?? []).every((edge) => edge.isPre !== isPre || isMet(edge, together));
  for (;;) {
    const unpacked = waiting.filter((id) => isReady(id, true, NONE));
    const next = configurable(unpacked, (id, together) => isReady(id, false, together));
    if (next.size === 0) break;
    for (const id of next) configured.add(id);
    waiting = waiting.filter((id) => !next.has(id));
  }
  return waiting.length === 0 ? null : circleAmong(waiting, edges, configured, provider);
}

/** The largest part of `unpacked` whose members need nothing but each other and what is configured. */
function configurable(
  unpacked: readonly SolvableId[],
  isReady: (id: SolvableId, together: ReadonlySet<SolvableId>) => boolean,
): ReadonlySet<SolvableId> {
  let together = new Set(unpacked);
  for (;;) {
    const ready = new Set([...together].filter((id) => isReady(id, together)));
    if (ready.size === together.size) return ready;
    together = ready;
  }
}

/** Follows what is missing until a package comes a second time. */
function circleAmong(
  waiting: readonly SolvableId[],
  edges: ReadonlyMap<SolvableId, readonly Edge[]>,
  configured: ReadonlySet<SolvableId>,
  provider: DebProvider,
): string[] {
  const isWaiting = new Set(waiting);
  const steps: { readonly id: SolvableId; readonly line: string }[] = [];
  let at = waiting[0];
  while (at !== undefined && !steps.some(({ id }) => id === at)) {
    const unmet = (edges.get(at) ?? []).filter(({ anyOf }) => !anyOf.some((id) => configured.has(id)));
    const edge = unmet.toSorted((a, b) => Number(b.isPre) - Number(a.isPre))[0];
    if (edge === undefined) break;
    steps.push({ id: at, line: `${provider.label(at)} ${edge.isPre ? 'Pre-Depends' : 'Depends'} ${edge.text}` });
    at = edge.anyOf.find((id) => isWaiting.has(id));
  }
  const start = steps.findIndex(({ id }) => id === at);
  const circle = steps.slice(Math.max(start, 0)).map(({ line }) => line);
  return [...circle, 'dpkg configures what a package Pre-Depends on before it unpacks the package: in this circle none can be the first'];
}

function edgeOf({ reason, anyOf }: Clause): Edge[] {
  return reason.kind === 'requires' ? [{ isPre: reason.pre === true, text: reason.text, anyOf }] : [];
}
