/** Solving goes on until nothing is lacking; what is still lacking at the end is an error and never an unfinished lock. */
import { describe, expect, it } from 'vitest';
import type { Metadata } from '../../src/resolve/family.ts';
import { resolveComplete } from '../../src/resolve/resolve-complete.ts';
import { toyManifest, toyMetadata } from '../lab/upstreams/deb-metadata.ts';
import { toyInput } from '../lab/upstreams/toy-build.ts';

const INPUT = toyInput(toyManifest(), { packages: ['a'] });

/** Metadata that says "something came in" after each of the first `rounds` solves; `a` exists only from round `knownFrom` on. */
function growing(rounds: number, knownFrom = 1) {
  let solves = 0;
  const lacking = toyMetadata([['b 1']]);
  const whole = toyMetadata([['a 1'], ['b 1']]);
  const now = (): Metadata => (solves >= knownFrom ? whole : lacking) as Metadata;
  const metadata: Metadata = {
    ...(whole as Metadata),
    candidates: (baseline, asked) => {
      solves += 1;
      return now().candidates(baseline, asked);
    },
    bundleAlone: (chosen, baseline) => now().bundleAlone(chosen, baseline),
    complete: async () => solves <= rounds,
  };
  return { metadata, solves: () => solves };
}

describe('metadata that knows everything', () => {
  it('is solved over once', async () => {
    const { metadata, solves } = growing(0);
    expect((await resolveComplete(metadata, INPUT)).lock.packages.map(({ name }) => name)).toEqual(['a']);
    expect(solves()).toBe(1);
  });

  it('needs no way to say so', async () => {
    expect((await resolveComplete(toyMetadata([['a 1']]) as Metadata, INPUT)).lock.packages).toHaveLength(1);
  });

  it('passes on why there is no solution', async () => {
    await expect(resolveComplete(toyMetadata([['b 1']]) as Metadata, INPUT)).rejects.toMatchObject({ code: 'SOLVE_UNKNOWN_NAME' });
  });
});

describe('metadata that grows', () => {
  it('is solved over again, and an early failure does not count', async () => {
    const { metadata, solves } = growing(2, 3);
    expect((await resolveComplete(metadata, INPUT)).lock.packages.map(({ name }) => name)).toEqual(['a']);
    expect(solves()).toBe(3);
  });

  it('may grow up to the last round', async () => {
    const { metadata, solves } = growing(3);
    await resolveComplete(metadata, INPUT, 4);
    expect(solves()).toBe(4);
  });

  it.each<[string, number]>([
    ['with a solution at hand', 1],
    ['with a failure at hand', 99],
  ])('and still asks in the last round is SOLVE_LIMIT, %s', async (_, knownFrom) => {
    const { metadata, solves } = growing(4, knownFrom);
    await expect(resolveComplete(metadata, INPUT, 4)).rejects.toMatchObject({
      code: 'SOLVE_LIMIT',
      message: 'after 4 rounds the request still needs metadata that was not read yet',
    });
    expect(solves()).toBe(4);
  });

  it('without end has an end', async () => {
    await expect(resolveComplete(growing(Number.POSITIVE_INFINITY).metadata, INPUT)).rejects.toMatchObject({ code: 'SOLVE_LIMIT' });
  });
});
