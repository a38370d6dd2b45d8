/**
 * Reads comps.xml: the groups and environments a distribution installs by. Spec: the comps DTD of libcomps
 * (https://github.com/rpm-software-management/libcomps). Names and descriptions are left out: only package lists matter to us.
 */
import { compareCodeUnits } from '../../base/compare.ts';
import type { ByteChunks } from '../package/byte-chunks.ts';
import { scanXml, type XmlAttributes, type XmlHandler } from './scan-xml.ts';
import { detach } from './string-pool.ts';

/** How strongly a group asks for a package. `conditional` holds when `requires` is installed. */
export type CompsRequirement = 'mandatory' | 'default' | 'optional' | 'conditional';

export interface CompsPackage {
  readonly name: string;
  readonly requirement: CompsRequirement;
  /** For `conditional`: the package it goes with; else `''`. */
  readonly requires: string;
}

export interface CompsGroup {
  readonly id: string;
  /** In document order. */
  readonly packages: readonly CompsPackage[];
}

/** An environment is a list of groups: those it always has, and those offered with it. */
export interface CompsEnvironment {
  readonly id: string;
  readonly groups: readonly string[];
  readonly optionalGroups: readonly string[];
}

/** A whole comps.xml. When an id stands there twice, the lists are joined, as dnf does with several repositories. */
export interface Comps {
  readonly groups: ReadonlyMap<string, CompsGroup>;
  readonly environments: ReadonlyMap<string, CompsEnvironment>;
}

const REQUIREMENTS: ReadonlySet<string> = new Set(['mandatory', 'default', 'optional', 'conditional']);

class CompsReader implements XmlHandler {
  readonly groups = new Map<string, CompsGroup>();
  readonly environments = new Map<string, CompsEnvironment>();
  #section = '';
  #list = '';
  #id = '';
  #packages: CompsPackage[] = [];
  #requirement: CompsRequirement = 'mandatory';
  #requires = '';
  #groups: string[] = [];
  #optionalGroups: string[] = [];
  #element = '';

  open(name: string, attributes: XmlAttributes, depth: number): boolean {
    this.#element = name;
    if (depth === 2) this.#openSection(name);
    if (depth === 3) this.#list = name;
    if (name === 'packagereq') {
      const type = attributes.type ?? 'mandatory';
      this.#requirement = REQUIREMENTS.has(type) ? (type as CompsRequirement) : 'mandatory';
      this.#requires = attributes.requires ?? '';
    }
    return (depth === 3 && name === 'id') || (depth === 4 && (name === 'packagereq' || name === 'groupid'));
  }

  #openSection(name: string): void {
    this.#section = name;
    this.#id = '';
    this.#packages = [];
    this.#groups = [];
    this.#optionalGroups = [];
  }

  text(text: string): void {
    const value = detach(text.trim());
    if (this.#element === 'id') this.#id = value;
    else if (this.#element === 'packagereq') {
      if (value !== '') this.#packages.push({ name: value, requirement: this.#requirement, requires: this.#requires });
    } else if (this.#list === 'optionlist') this.#optionalGroups.push(value);
    else this.#groups.push(value);
  }

  close(_name: string, depth: number): void {
    if (depth !== 2 || this.#id === '') return;
    if (this.#section === 'group') {
      const before = this.groups.get(this.#id)?.packages ?? [];
      this.groups.set(this.#id, { id: this.#id, packages: [...before, ...this.#packages] });
    } else if (this.#section === 'environment') {
      const before = this.environments.get(this.#id);
      this.environments.set(this.#id, {
        id: this.#id,
        groups: [...(before?.groups ?? []), ...this.#groups],
        optionalGroups: [...(before?.optionalGroups ?? []), ...this.#optionalGroups],
      });
    }
  }
}

/**
 * Reads comps.xml.
 *
 * @throws {AppError} `INDEX_INVALID` when it is malformed, `INDEX_TOO_LARGE` beyond 64 MiB.
 */
export async function parseComps(bytes: ByteChunks, options: { readonly source: string }): Promise<Comps> {
  const reader = new CompsReader();
  await scanXml(bytes, reader, { source: options.source, maxBytes: 64 << 20 });
  return { groups: reader.groups, environments: reader.environments };
}

/**
 * Names of the packages an installation of `ids` starts from: groups, or environments with the groups they always have. Mandatory and
 * default packages, and conditional ones whose condition is among the rest. Sorted; ids nobody knows add nothing.
 *
 * @example compsPackageNames(comps, ['minimal-environment'])
 */
export function compsPackageNames(comps: Comps, ids: readonly string[]): string[] {
  const groupIds = new Set(ids.flatMap((id) => comps.environments.get(id)?.groups ?? [id]));
  const packages = [...groupIds].flatMap((id) => comps.groups.get(id)?.packages ?? []);
  const names = new Set(packages.filter((p) => p.requirement === 'mandatory' || p.requirement === 'default').map((p) => p.name));
  for (const { name, requirement, requires } of packages) if (requirement === 'conditional' && names.has(requires)) names.add(name);
  return [...names].sort(compareCodeUnits);
}
