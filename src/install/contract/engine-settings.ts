/** What the engine itself, not a component, has to know of the configuration. */
import { DEFAULT_PLACE, type RepositoryPlace } from '../../base/repository-place.ts';

/** Where things are and what the configuration says about package sources. Pigsty's parameter names are given. */
export interface EngineSettings extends RepositoryPlace {
  /** nginx_data: `/data/nginx`, what the web root leads to when it does not exist yet. */
  readonly webData: string;
  /** repo_remove: other source files are moved to a backup directory (and come back on rollback). */
  readonly repoRemove: boolean;
  /** Armored keys the bundle was verified with, or null. */
  readonly key: string | null;
}

export const DEFAULT_SETTINGS: EngineSettings = { ...DEFAULT_PLACE, webData: '/data/nginx', repoRemove: true, key: null };
