/** Packages files of a few lines, written in the test that needs them. */
import { createHash } from 'node:crypto';
import { DebCandidatePool, type DebCandidatePoolOptions, type UpstreamIndex } from '../../src/deb/candidates/deb-candidate-pool.ts';
import { createDebProvider, type DebProvider } from '../../src/deb/candidates/provider.ts';
import { indexDebPackages } from '../../src/deb/index/deb-package-index.ts';
import { solve } from '../../src/solve/solve.ts';
import type { Request } from '../../src/solve/types.ts';

/** Further fields of a stanza, by their names in the file. */
export type Fields = Readonly<Record<string, string>>;

/** A stanza: `stanza('a 1.0 arm64', { Depends: 'b' })`; the architecture is `amd64` unless given. */
export function stanza(nevra: string, fields: Fields = {}): string {
  const [name = '', version = '', arch = 'amd64'] = nevra.split(' ');
  const sha256 = createHash('sha256')
    .update(`${nevra} ${JSON.stringify(fields)}`)
    .digest('hex');
  const filename = `pool/${name}_${version.replace(/^\d+:/, '')}_${arch}.deb`;
  const all = {
    Package: name,
    Version: version,
    Architecture: arch,
    ...fields,
    Filename: filename,
    Size: '100',
    SHA256: sha256,
    ...fields,
  };
  return Object.entries(all)
    .map(([field, value]) => `${field}: ${value}\n`)
    .join('');
}

/** One upstream of these stanzas. */
export function upstream(name: string, stanzas: readonly string[], options: Partial<UpstreamIndex> = {}): UpstreamIndex {
  return { name, index: indexDebPackages(Buffer.from(stanzas.join('\n')), name), ...options };
}

/** A provider over upstreams, amd64 unless said otherwise. */
export function providerOver(upstreams: readonly UpstreamIndex[], options: Partial<DebCandidatePoolOptions> = {}): DebProvider {
  return createDebProvider(new DebCandidatePool({ arch: 'amd64', upstreams, ...options }));
}

/** A world of one upstream: `{'a 1': {Depends: 'b'}}`. */
export type World = Readonly<Record<string, Fields>>;

/** A provider over such an upstream. */
export function worldOf(world: World, foreignArches: readonly string[] = []) {
  const stanzas = Object.entries(world).map(([nevra, fields]) => stanza(nevra, fields));
  return providerOver([upstream('debian', stanzas)], { foreignArches });
}

/** The selection as `name version`, sorted; `arch` is added for foreign packages. Or the explanation, when there is none. */
export function resolve(provider: DebProvider, ...requests: readonly string[]): string[] {
  return resolveRequests(
    provider,
    requests.map((text) => provider.findRequest(text, 'test')),
  );
}

/** As {@link resolve}, for requests with more than a name. */
export function resolveRequests(provider: DebProvider, requests: readonly Request[]): string[] {
  const result = solve({ provider, requests });
  if (result.kind === 'unsatisfiable') {
    return [
      'unsatisfiable',
      ...result.unknown.map((request) => `unknown ${request.text}`),
      ...result.conflicts.flatMap(({ lines }) => lines),
    ];
  }
  return result.selected.map((id) => labelOf(provider, id)).sort();
}

function labelOf(provider: DebProvider, id: number): string {
  const { name, version, arch } = provider.pool.describe(id);
  const isForeign = arch !== 'all' && arch !== provider.pool.arch;
  return `${name}${isForeign ? `:${arch}` : ''} ${version}`;
}
