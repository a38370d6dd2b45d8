/** What bundles can be built for: the content of `pigsty-bundle distros`. */
import { ARCHES, type Arch, DISTROS, type Distro, type Family, FLAVORS, type Flavor, familyOf } from '../../base/target.ts';
import { deepFreeze } from '../deep-freeze.ts';
import type { ManifestFile } from './manifest-file.ts';
import type { Manifest } from './parse-manifest.ts';

/** A distro and what exists for it. */
export interface DistroListing {
  readonly code: Distro;
  readonly os: string;
  readonly codename: string;
  readonly family: Family;
  readonly arches: readonly Arch[];
  readonly status: 'supported' | 'legacy';
  readonly flavors: readonly FlavorListing[];
}

/** A flavor of a distro and its profiles, in the order of the manifest. */
export interface FlavorListing {
  readonly flavor: Flavor;
  readonly description: string;
  readonly profiles: readonly string[];
  readonly pgDefault: number;
}

/** Every distro in the order of `DISTROS`. Needs the files `LISTING_FILES` names. */
export function listDistros(manifest: Manifest): readonly DistroListing[] {
  const files = manifest.files.map((file) => file.value);
  const listings = DISTROS.flatMap((code) => {
    const facts = files.find((file) => file.distros?.[code] !== undefined)?.distros?.[code];
    if (facts === undefined) return [];
    const flavors = FLAVORS.flatMap((flavor) => listFlavor(files, code, flavor));
    return [{ code, os: facts.os, codename: facts.codename, family: familyOf(code), arches: [...ARCHES], status: facts.status, flavors }];
  });
  return deepFreeze(listings);
}

function listFlavor(files: readonly ManifestFile[], code: Distro, flavor: Flavor): FlavorListing[] {
  const entry = files.find((file) => file.flavors?.[flavor] !== undefined)?.flavors?.[flavor];
  const postgres = entry?.postgres?.[code] ?? files.find((file) => file.postgres !== undefined)?.postgres;
  if (entry === undefined || postgres === undefined || !entry.on.includes(code)) return [];
  const names = files
    .filter((file) => file.for?.flavor === undefined || file.for.flavor === flavor)
    .flatMap((file) => Object.entries(file.profiles ?? {}))
    .filter(([, profile]) => profile.on === undefined || profile.on.includes(code))
    .flatMap(([name]) => (name.includes('$v') ? postgres.versions.map((v) => name.replaceAll('$v', String(v))) : [name]));
  return [{ flavor, description: entry.description, profiles: names, pgDefault: postgres.default }];
}
