/** The names a portal entry answers to. */
import type { PortalEntry } from '../../config/inventory/portal.ts';

/** Every name of an entry, once. */
export function portalNames(entry: PortalEntry): string[] {
  return [...new Set([entry.domain ?? '', ...(entry.domains ?? [])])].filter((name) => name !== '');
}
