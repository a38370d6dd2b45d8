/** What a host is assumed to have. */

/** Nothing at all, what every installation has, or what one real host had when its package list was captured. */
export type Baseline =
  | { readonly kind: 'none'; readonly name: 'none' }
  | { readonly kind: 'minimal'; readonly name: 'minimal' }
  /** `name` is `file:` and the sha256 of the captured file, so that a lock knows it again. */
  | { readonly kind: 'file'; readonly name: string; readonly path: string; readonly bytes: Buffer };

/** The host has nothing: the bundle carries everything. */
export const NO_BASELINE: Baseline = { kind: 'none', name: 'none' };
/** The host has what a minimal installation has. */
export const MINIMAL_BASELINE: Baseline = { kind: 'minimal', name: 'minimal' };

/** What to prove on: the baselines asked for; a bundle that needs nothing of its host is proved on an ordinary minimal host too. */
export function proofBaselines(asked: readonly Baseline[]): readonly Baseline[] {
  const isFull = asked.some(({ kind }) => kind === 'none');
  return isFull && !asked.some(({ kind }) => kind === 'minimal') ? [...asked, MINIMAL_BASELINE] : asked;
}
