/**
 * Module streams of a host: enabled and disabled ones as its dnf keeps them (`/etc/dnf/modules.d`, dnf's modularity documentation), or,
 * where that is not known, what its packages tell.
 */
import type { ModuleStream } from './module-document.ts';
import type { StreamChoice } from './module-search.ts';

/** What a host says about modules. */
export interface HostStreams {
  readonly enabled: StreamChoice;
  /** Modules of which no stream counts, not even the default. */
  readonly disabled: ReadonlySet<string>;
}

/** A package by what a list says of it; the epoch is null when it is not told. */
interface ListedPackage {
  readonly name: string;
  readonly epoch: string | null;
  readonly version: string;
  readonly release: string;
  readonly arch: string;
}

/** What files of `/etc/dnf/modules.d` say. */
export function parseModuleStates(texts: readonly string[]): HostStreams {
  const enabled = new Map<string, string>();
  const disabled = new Set<string>();
  for (const section of texts.flatMap((text) => text.split(/^(?=\[)/m))) {
    const value = (key: string) => new RegExp(`^${key}[ \\t]*=[ \\t]*(.*)$`, 'm').exec(section)?.[1]?.trim() ?? '';
    const name = /^\[([^\]\n]+)\]/.exec(section)?.[1] ?? '';
    if (name === '') continue;
    if (value('state') === 'enabled' && value('stream') !== '') enabled.set(name, value('stream'));
    if (value('state') === 'disabled') disabled.add(name);
  }
  return { enabled, disabled };
}

/**
 * The streams that packages of a host belong to: where a package is an artifact of exactly one stream, and all such packages of a module
 * are of the same. Sorted by module.
 */
export function streamsOfInstalled(installed: readonly ListedPackage[], streams: readonly ModuleStream[]): StreamChoice {
  const names = new Set(installed.map(({ name }) => name));
  const owners = new Map<string, Set<string>>();
  for (const { name, stream, artifacts } of streams) {
    for (const artifact of artifacts) {
      if (!names.has(artifact.slice(0, artifact.lastIndexOf('-', artifact.indexOf(':'))))) continue;
      for (const key of [artifact, artifact.replace(/-\d+:/, '-')])
        owners.set(key, (owners.get(key) ?? new Set()).add(`${name}:${stream}`));
    }
  }
  const found = installed.flatMap(({ name, epoch, version, release, arch }) => {
    const own = owners.get(`${name}-${epoch === null ? '' : `${epoch}:`}${version}-${release}.${arch}`);
    return own?.size === 1 ? [...own] : [];
  });
  const byModule = Map.groupBy([...new Set(found)].sort(), (id) => id.slice(0, id.indexOf(':')));
  const agreed = [...byModule].flatMap(([module, ids]) =>
    ids.length === 1 ? [[module, ids[0]?.slice(module.length + 1) ?? ''] as const] : [],
  );
  return new Map(agreed);
}
