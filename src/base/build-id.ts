/**
 * Names the sources this program was built from. What is kept between runs under it is never read by a program that would compute
 * something else.
 */

/** Put in by `scripts/build/javascript.ts`; a clone that runs its sources has none. */
declare const PIGSTY_BUILD: string | undefined;

/** Null for sources, which may change from one run to the next. */
export const BUILD_ID: string | null = typeof PIGSTY_BUILD === 'string' ? PIGSTY_BUILD : null;
