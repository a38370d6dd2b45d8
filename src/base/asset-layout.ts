/**
 * What may travel in a bundle besides packages, by its path below `bundle/` (in the tarball: below `assets/`).
 * The builder refuses every other file. Components read their assets through the same rules, so no file is left out in silence.
 */
import { AppError } from './errors.ts';

/** A dashboard of Grafana, a file of rules for vmalert, or a page of the portal. */
export type AssetKind = 'dashboard' | 'rules' | 'page';

/** The dashboard Grafana opens with. */
export const HOME_DASHBOARD = 'dashboards/home.json';
/** Template of the portal's home page. */
export const HOME_PAGE = 'portal/index.html';
/** Template of the page for what is not there. */
export const NOT_FOUND_PAGE = 'portal/404.html';

const DASHBOARD = /^dashboards\/(?:[a-z0-9-]+\/)?[a-z0-9-]+\.json$/;
const RULES = /^rules\/[a-z0-9-]+\.yml$/;
const PAGES: readonly string[] = [HOME_PAGE, NOT_FOUND_PAGE];

const RENAME = `rename or remove them; expected are dashboards/<module>/<name>.json, rules/<name>.yml, ${PAGES.join(' and ')}, in small letters, digits and "-"`;

/** What kind of asset the file is, or null when a bundle has no place for it. */
export function assetKindOf(path: string): AssetKind | null {
  if (DASHBOARD.test(path)) return 'dashboard';
  if (RULES.test(path)) return 'rules';
  return PAGES.includes(path) ? 'page' : null;
}

/**
 * Refuses files that no component would use.
 *
 * @param place where the files are, for the message.
 * @throws {AppError} `BUNDLE_INVALID` with every such file and what to do.
 */
export function assertAssetLayout(paths: Iterable<string>, place: string, hint = RENAME): void {
  const unknown = [...paths].filter((path) => assetKindOf(path) === null);
  if (unknown.length === 0) return;
  throw new AppError('BUNDLE_INVALID', `${place} holds files that have no use:\n${unknown.map((path) => `  ${path}`).join('\n')}`, {
    hint,
    details: { paths: unknown },
  });
}
