/** Pairs of version strings for the conformance tests: real neighbours, random real pairs, and mutations of real ones, from one seed. */

/** A small deterministic generator (mulberry32): numbers in [0, 1). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** One edit at a random place: insert, delete, double or replace a character, or append a digit run too long for a double. */
export function mutate(text: string, alphabet: string, random: () => number): string {
  const at = Math.floor(random() * (text.length + 1));
  const char = alphabet[Math.floor(random() * alphabet.length)]!;
  switch (Math.floor(random() * 6)) {
    case 0:
      return text.slice(0, at) + char + text.slice(at);
    case 1:
      return text.slice(0, at) + text.slice(at + 1);
    case 2:
      return text.slice(0, at) + text.slice(at, at + 1).repeat(2) + text.slice(at + 1);
    case 3:
      return `${text.slice(0, at)}0${text.slice(at)}`;
    case 4:
      return `${text}${'9'.repeat(18)}${Math.floor(random() * 3)}`;
    default:
      return text.slice(0, at) + char + text.slice(at + 1);
  }
}

/**
 * `count` pairs: a third are real versions that differ at random, a third a real version and its mutation,
 * the rest two mutations of one version. All satisfy `valid`.
 */
export function versionPairs(
  versions: readonly string[],
  count: number,
  alphabet: string,
  random: () => number,
  valid: (text: string) => boolean,
): [string, string][] {
  const pairs: [string, string][] = [];
  const pick = (): string => versions[Math.floor(random() * versions.length)]!;
  while (pairs.length < count) {
    const base = pick();
    const kind = pairs.length % 3;
    const a = kind === 2 ? mutate(base, alphabet, random) : base;
    const b = kind === 0 ? pick() : mutate(base, alphabet, random);
    if (valid(a) && valid(b)) pairs.push([a, b]);
  }
  return pairs;
}
