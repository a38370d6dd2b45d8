/** Pins of an overlay that hold nothing: a mistyped name, or a version nobody has, of a package nothing asks for. */
import { didYouMean } from '../config/nearest-word.ts';
import type { Metadata } from './family.ts';
import type { ResolveInput } from './resolve-request.ts';

/** One sentence for each pin that no package of any upstream fits; nothing is looked up when there are no pins. */
export function unusedPins(metadata: Metadata, { manifest, baselines, packages }: ResolveInput): readonly string[] {
  const [baseline] = baselines;
  if (manifest.pins.length === 0 || baseline === undefined) return [];
  const candidates = metadata.candidates(baseline, packages);
  const unused = manifest.pins.filter(({ name }) => candidates.request(name, 'pins').anyOf.length === 0);
  if (unused.length === 0) return [];
  const known = candidates.names();
  return unused.map(({ name, version, upstream }) => {
    const wanted = [...(version === null ? [] : [`version ${version}`]), ...(upstream === null ? [] : [`upstream ${upstream}`])].join(
      ' of ',
    );
    if (known.has(name)) return `pins.${name} has no effect: no upstream has ${name} as it is pinned, ${wanted}`;
    return `pins.${name} has no effect: no upstream has a package of this name${didYouMean(name, known)}`;
  });
}
