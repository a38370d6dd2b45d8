/** The dependency lists of an RPM in a form that can be compared, whoever wrote them: createrepo_c, another program, or rpm itself. */
import { type PackageRelations, relationsOf } from '../../base/package-relations.ts';
import { formatEvr } from '../../version/evr.ts';
import { publishedRequires } from './package-from-header.ts';
import { formatRpmDependency, RPM_DEPENDENCY_KINDS, type RpmDependency, type RpmDependencyKind, type RpmPackage } from './rpm-package.ts';

const WORDS: Readonly<Record<RpmDependencyKind, string>> = {
  provides: 'Provides',
  requires: 'Requires',
  conflicts: 'Conflicts',
  obsoletes: 'Obsoletes',
  suggests: 'Suggests',
  enhances: 'Enhances',
  recommends: 'Recommends',
  supplements: 'Supplements',
};

/**
 * All eight lists. That a package provides its own name, which some metadata leaves out, does not count; nor does anything of Requires that
 * createrepo_c would not publish.
 */
export function rpmPackageRelations(pkg: RpmPackage): PackageRelations {
  return relationsOf(RPM_DEPENDENCY_KINDS.map((kind) => [WORDS[kind], entriesOf(pkg, kind)] as const));
}

function entriesOf(pkg: RpmPackage, kind: RpmDependencyKind): string[] {
  const list = kind === 'requires' ? publishedRequires(pkg.requires, pkg.provides, pkg.files) : pkg[kind];
  return (kind === 'provides' ? list.filter((one) => !isOwnName(one, pkg)) : list).map(formatRpmDependency);
}

/** `nginx = 1:1.20` and `nginx(x86-64) = 1:1.20` of nginx itself. */
function isOwnName(provided: RpmDependency, pkg: RpmPackage): boolean {
  const isName =
    provided.name === pkg.name ||
    (provided.name.startsWith(`${pkg.name}(`) && /^\([a-z0-9-]+\)$/.test(provided.name.slice(pkg.name.length)));
  return isName && provided.flags === 'EQ' && formatEvr(provided) === formatEvr(pkg);
}
