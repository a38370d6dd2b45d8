/** How the store names what could not be written into it. */
import type { WriteTarget } from '../files/write-error.ts';

/** A file of the store; `neededBytes` is its size, null when unknown. */
export function storeTarget(path: string, neededBytes: number | null): WriteTarget {
  return {
    path,
    what: 'a file of the store',
    neededBytes,
    unwritable: 'STORE_UNWRITABLE',
    hints: {
      full: 'free some space, or put the store on another disk with PIGSTY_BUNDLE_STORE; what was downloaded is kept',
      unwritable: 'make the store writable for this user, or choose another with PIGSTY_BUNDLE_STORE',
    },
  };
}
