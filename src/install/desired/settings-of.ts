/** What the engine has to know of the configuration before it looks at the host. */
import type { InventoryHost } from '../../config/inventory/inventory.ts';
import { DEFAULT_SETTINGS, type EngineSettings } from '../contract/engine-settings.ts';

/** `key`: armored keys the bundle was verified with, or null. */
export function settingsOf(host: InventoryHost | null, key: string | null): EngineSettings {
  if (host === null) return { ...DEFAULT_SETTINGS, key };
  const { nginx_home: webRoot, nginx_data: webData, repo_name: repoName, repo_remove: repoRemove } = host.params;
  return { webRoot, webData, repoName, repoRemove, key };
}
