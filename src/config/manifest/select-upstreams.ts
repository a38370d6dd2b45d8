/** Which upstreams a target has: those of its modules and the user's own, less what overlays switch off. */
import type { Target } from '../../base/target.ts';
import { didYouMean } from '../nearest-word.ts';
import { appliesTo } from './applies-to.ts';
import type { ResolvedUpstream } from './distro-manifest.ts';
import type { Sections } from './gather-sections.ts';
import type { FlavorEntry, UpstreamEntry } from './manifest-file.ts';
import { resolveUpstream, type UpstreamContext } from './resolve-upstream.ts';

interface Candidate {
  readonly upstream: ResolvedUpstream;
  readonly source: string;
  readonly user: boolean;
}

/**
 * The upstreams of a target in manifest order, overlays last. Names to switch off may be those of any distro: one overlay is for several.
 * Faults (a name nobody has, two upstreams of one name) go to the context's collector, what one overlay replaces of another to the notes.
 */
export function selectUpstreams(sections: Sections, flavor: FlavorEntry, context: UpstreamContext): ResolvedUpstream[] {
  const only = sections.only === null ? null : new Set(sections.only.names);
  const modules = new Set([...flavor.modules, ...sections.modules, 'user']);
  const byName = new Map<string, Candidate>();
  for (const { value, source, user } of sections.upstreams) {
    for (const pg of majorsHere(value, context.target)) {
      const name = value.name.replaceAll('$v', String(pg));
      // Who names an upstream wants it, whatever its module.
      if (!user && !modules.has(value.module ?? 'user') && only?.has(name) !== true) continue;
      const upstream = resolveUpstream(value, `${source}.${value.name}`, pg, context);
      addCandidate(byName, { upstream, source, user }, sections, context);
    }
  }
  checkNames(sections, context);
  return [...byName.values()]
    .map(({ upstream }) => upstream)
    .filter(({ name }) => !sections.disable.has(name) && (only === null || only.has(name)));
}

function majorsHere(entry: UpstreamEntry, target: Target): readonly (number | null)[] {
  if (!appliesTo(entry, target)) return [];
  return entry.name.includes('$v') ? (entry.pg ?? []) : [null];
}

/** An overlay's upstream takes the place of an earlier one of its name; two of one file contradict each other. */
function addCandidate(byName: Map<string, Candidate>, candidate: Candidate, { notes }: Sections, { faults }: UpstreamContext): void {
  const { source, user, upstream } = candidate;
  const before = byName.get(upstream.name);
  if (before !== undefined && (!user || before.source === source)) {
    faults.add(
      `${source}: found a second upstream "${upstream.name}" for this target, expected unique names (the first is in ${before.source})`,
    );
  } else if (before?.user === true) {
    notes.push(`upstream ${upstream.name} of ${source} replaces that of ${before.source}: the later --manifest wins`);
  }
  byName.set(upstream.name, candidate);
}

function checkNames({ disable, only, known }: Sections, { faults }: UpstreamContext): void {
  const expected = (name: string): string => `expected the name of an upstream of any distro${didYouMean(name, known.names)}`;
  for (const [name, source] of disable) {
    if (!known.names.has(name)) faults.add(`${source}: disable: found "${name}", ${expected(name)}`);
  }
  const where = only?.source === '--only-upstream' ? only.source : `${only?.source}: only`;
  for (const name of only?.names ?? []) {
    const disabler = disable.get(name);
    if (!known.names.has(name)) faults.add(`${where}: found "${name}", ${expected(name)}`);
    else if (disabler !== undefined) faults.add(`${where}: found "${name}", expected an upstream that "disable" of ${disabler} leaves on`);
  }
}
