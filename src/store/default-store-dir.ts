/** Where the store is when no place is given: the XDG cache directory (https://specifications.freedesktop.org/basedir-spec/). */
import { isAbsolute, join } from 'node:path';
import { AppError } from '../base/errors.ts';

/**
 * The store's directory: `PIGSTY_BUNDLE_STORE`, else `$XDG_CACHE_HOME/pigsty-bundle`, else `$HOME/.cache/pigsty-bundle`.
 * A relative `XDG_CACHE_HOME` is ignored, as its specification asks.
 *
 * @throws {AppError} `STORE_UNWRITABLE` when none of the three is set
 */
export function defaultStoreDir(env: Readonly<Record<string, string | undefined>>): string {
  const chosen = env.PIGSTY_BUNDLE_STORE;
  if (chosen) return chosen;
  const xdg = env.XDG_CACHE_HOME;
  if (xdg && isAbsolute(xdg)) return join(xdg, 'pigsty-bundle');
  const home = env.HOME;
  if (home) return join(home, '.cache', 'pigsty-bundle');
  throw new AppError('STORE_UNWRITABLE', 'no place for the store: HOME, XDG_CACHE_HOME and PIGSTY_BUNDLE_STORE are all unset', {
    hint: 'set PIGSTY_BUNDLE_STORE to a directory on a disk with room',
  });
}
