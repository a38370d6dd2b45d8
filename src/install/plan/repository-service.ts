/** The engine's own two services: the web root, and the host's package sources. */
import { compareCodeUnits } from '../../base/compare.ts';
import { repositoryDirectory } from '../../base/repository-place.ts';
import type { HostFacts } from '../../facts/types.ts';
import type { BundleView, FileStep, Service, ServicePlan, Step } from '../contract/declaration.ts';
import type { EngineSettings } from '../contract/engine-settings.ts';
import { isOwnSource } from '../packages/is-own-source.ts';
import type { PackageSystem, RepositoryView } from '../packages/package-system.ts';
import { packageSystemOf } from '../packages/package-system-of.ts';
import { STATE_DIRECTORY } from '../state/earlier-runs.ts';

/** Where the keys a bundle must be signed by are kept. */
const TRUSTED_KEYS = '/etc/pigsty/trusted.asc';

/** The directory of our own package manager configuration. */
export function systemDirectory(system: PackageSystem): string {
  return `${STATE_DIRECTORY}/${system.name}`;
}

/**
 * The repository as the host sees it once it is unpacked. The keys the person named are what counts; without them the key in a signed
 * repository proves no origin, but the host's package manager still notices metadata that is changed later.
 */
export function repositoryView(settings: EngineSettings, { repositoryKey }: Pick<BundleView, 'repositoryKey'>): RepositoryView {
  const directory = repositoryDirectory(settings);
  if (settings.key !== null) return { directory, keyFile: TRUSTED_KEYS };
  return { directory, keyFile: repositoryKey === null ? null : `${directory}/${repositoryKey}` };
}

/** The two services, in the order in which they are carried out. */
export function engineServices(settings: EngineSettings): Service[] {
  return [webRootService(settings), repositoryService(settings)];
}

/** `/www` leads to `/data/nginx` unless something is at `/www` already: that is kept. */
function webRootService({ webRoot, webData }: EngineSettings): Service {
  return {
    name: 'web-root',
    phase: 'unpack',
    plan: (_, facts): ServicePlan => {
      if (facts.www.type === 'directory' || (facts.www.type === 'symlink' && facts.www.real !== '')) return { steps: [] };
      if (webRoot === webData) return { steps: [{ kind: 'directory', path: webRoot }] };
      return {
        steps: [
          { kind: 'directory', path: webData },
          { kind: 'symlink', path: webRoot, target: webData, lasting: true },
        ],
      };
    },
  };
}

function repositoryService(settings: EngineSettings): Service {
  return {
    name: 'repo',
    phase: 'repo',
    plan: (desired, facts): ServicePlan => {
      const system = packageSystemOf(facts);
      const view = repositoryView(settings, desired.bundle);
      const support = system.supportFiles(systemDirectory(system), view, desired.bundle.recommends);
      const key: FileStep[] = settings.key === null ? [] : [{ kind: 'file', path: TRUSTED_KEYS, content: settings.key }];
      return {
        steps: [
          // Copies of files that were only for root are kept in there.
          { kind: 'directory', path: STATE_DIRECTORY, mode: 0o700, owner: 'root', group: 'root' },
          ...key,
          ...support.map((file): FileStep => ({ kind: 'file', path: file.path, content: file.content })),
          ...(settings.repoRemove ? moveSourcesAway(facts, settings.repoName) : []),
          { kind: 'file', ...system.hostSource(settings.repoName, view) },
        ],
      };
    },
  };
}

/** Where Pigsty moves other sources, so that people find them where they look for them. The journal has its own copies. */
function moveSourcesAway(facts: HostFacts, repoName: string): Step[] {
  const others = facts.sources.filter((file) => !isOwnSource(file.path, repoName)).sort((a, b) => compareCodeUnits(a.path, b.path));
  return others.flatMap(({ path, content }): Step[] => [
    { kind: 'file', path: backupPath(path), content, mode: 0o600, lasting: true },
    { kind: 'absent', path },
  ]);
}

function backupPath(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return path.startsWith('/etc/apt/') ? `/etc/apt/backup/${name}` : `/etc/yum.repos.d/backup/${name}`;
}
