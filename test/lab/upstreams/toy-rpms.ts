/** RPM metadata from a line: packages as values, without building anything. */
import { isRich, parseCapability } from '../../../src/rpm/candidates/rich-dependency.ts';
import { RPM_DEPENDENCY_KINDS, type RpmDependency, type RpmDependencyKind, type RpmPackage } from '../../../src/rpm/package/rpm-package.ts';
import { parseEvr } from '../../../src/version/evr.ts';

/** Dependency lists as in a spec file, and the paths primary lists. */
export type ToyLists = { readonly [kind in RpmDependencyKind]?: readonly string[] } & { readonly files?: readonly string[] };

/** A dependency as a spec file has it: `libfoo >= 1.0`, `(a if b)`. */
export function toyDependency(text: string): RpmDependency {
  const parsed = isRich(text)
    ? ({ name: text, flags: '', epoch: '', version: '', release: '', pre: false } as const)
    : parseCapability(text);
  if (parsed === undefined) throw new Error(`not a dependency: ${text}`);
  return parsed.flags !== '' && parsed.epoch === '' ? { ...parsed, epoch: '0' } : parsed;
}

/**
 * A package of `name [evr [arch]]`, version `1-1` and noarch by default; it provides its own name, as every package does.
 *
 * @example toyRpm('app 1:2.0-3 x86_64', { requires: ['lib >= 2'] })
 */
export function toyRpm(line: string, { files = [], ...lists }: ToyLists = {}): RpmPackage {
  const [name = '', evrText = '1-1', arch = 'noarch'] = line.split(' ');
  const evr = parseEvr(evrText);
  const epoch = evr.epoch === '' ? '0' : evr.epoch;
  const file = `${name}-${evr.version}-${evr.release}.${arch}.rpm`;
  const kinds = RPM_DEPENDENCY_KINDS.map((kind) => [kind, (lists[kind] ?? []).map(toyDependency)] as const);
  const given = Object.fromEntries(kinds) as Record<RpmDependencyKind, RpmDependency[]>;
  const self: RpmDependency = { name, flags: 'EQ', epoch, version: evr.version, release: evr.release, pre: false };
  return {
    ...given,
    provides: [self, ...given.provides],
    ...{ name, epoch, version: evr.version, release: evr.release, arch, location: file, locationBase: '' },
    checksum: { algorithm: 'sha256', hex: Buffer.from(line.padEnd(32).slice(0, 32)).toString('hex') },
    ...{
      summary: '',
      description: '',
      url: '',
      packager: '',
      vendor: '',
      license: 'MIT',
      group: '',
      buildhost: '',
      sourceRpm: `${name}.src.rpm`,
    },
    ...{ timeFile: 1, timeBuild: 1, sizePackage: 100, sizeInstalled: 1, sizeArchive: 1, headerStart: 0, headerEnd: 0 },
    files: files.map((path) => ({ path, type: 'file' })),
  };
}
