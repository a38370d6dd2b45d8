/**
 * Groups and hosts of an Ansible inventory, and the variables of each host by Ansible's precedence (all < parent group < group < host; see
 * https://docs.ansible.com/ansible/latest/inventory_guide/intro_inventory.html). Left out: host ranges and dynamic inventories.
 */
import { compareCodeUnits } from '../../base/compare.ts';
import type { Faults } from '../faults.ts';
import { formatFound } from '../faults.ts';
import type { InventoryText } from './inventory-text.ts';

/** A variable and where it was set: `pigsty.yml:12: group infra`. */
export interface Variable {
  readonly value: unknown;
  readonly origin: string;
}

/** A host with its groups and variables, nothing validated yet. */
export interface RawHost {
  readonly name: string;
  /** Every group it is in, also through children; sorted. */
  readonly groups: readonly string[];
  readonly variables: ReadonlyMap<string, Variable>;
}

interface Group {
  readonly name: string;
  /** 0 for `all`. */
  depth: number;
  readonly variables: Map<string, Variable>;
  readonly hosts: Map<string, Map<string, Variable>>;
  readonly children: Set<string>;
}

const MAX_DEPTH = 20;
const MAX_HOSTS = 5000;

/** Hosts sorted by name. Structural faults go to `faults`. */
export function readHosts(text: InventoryText, faults: Faults): RawHost[] {
  const groups = new Map<string, Group>();
  if (!isRecord(text.root)) {
    faults.add(`${text.place([])}: found ${formatFound(text.root)}, expected a map with the group "all"`);
    return [];
  }
  for (const [name, value] of Object.entries(text.root))
    collectGroup({ text, faults, groups }, name, value, [name], name === 'all' ? 0 : 1);
  return mergeHosts(groups, faults);
}

interface Collection {
  readonly text: InventoryText;
  readonly faults: Faults;
  readonly groups: Map<string, Group>;
}

function collectGroup(into: Collection, name: string, value: unknown, path: readonly string[], depth: number): void {
  const group = groupNamed(into.groups, name, depth);
  if (value === null) return;
  if (depth > MAX_DEPTH || !isRecord(value)) {
    const expected = depth > MAX_DEPTH ? `at most ${MAX_DEPTH} levels of groups` : 'a map';
    into.faults.add(`${into.text.place(path)}: group ${name}: found ${formatFound(value)}, expected ${expected}`);
    return;
  }
  for (const [key, member] of Object.entries(value)) {
    if (!['hosts', 'vars', 'children'].includes(key)) {
      into.faults.add(`${into.text.place([...path, key])}: group ${name}: found "${key}", expected hosts, vars or children`);
    } else if (member !== null && !isRecord(member)) {
      into.faults.add(`${into.text.place([...path, key])}: group ${name}: ${key}: found ${formatFound(member)}, expected a map`);
    } else if (member !== null) collectSection(into, group, key, member, [...path, key]);
  }
}

function collectSection(
  into: Collection,
  group: Group,
  key: string,
  member: Readonly<Record<string, unknown>>,
  path: readonly string[],
): void {
  if (key === 'vars') addVariables(group.variables, member, into.text, path, `group ${group.name}`);
  for (const [name, value] of Object.entries(key === 'children' ? member : {})) {
    group.children.add(name);
    collectGroup(into, name, value, [...path, name], group.depth + 1);
  }
  for (const [name, value] of Object.entries(key === 'hosts' ? member : {})) {
    const known = group.hosts.get(name) ?? new Map<string, Variable>();
    group.hosts.set(name, known);
    if (value === null) continue;
    if (isRecord(value)) addVariables(known, value, into.text, [...path, name], `host ${name}`);
    else into.faults.add(`${into.text.place([...path, name])}: host ${name}: found ${formatFound(value)}, expected a map`);
  }
}

function addVariables(
  to: Map<string, Variable>,
  from: Readonly<Record<string, unknown>>,
  text: InventoryText,
  path: readonly string[],
  owner: string,
): void {
  for (const [name, value] of Object.entries(from)) to.set(name, { value, origin: `${text.place([...path, name])}: ${owner}` });
}

function groupNamed(groups: Map<string, Group>, name: string, depth: number): Group {
  const known = groups.get(name);
  if (known !== undefined) {
    known.depth = Math.max(known.depth, depth);
    return known;
  }
  const group: Group = { name, depth, variables: new Map(), hosts: new Map(), children: new Set() };
  groups.set(name, group);
  return group;
}

function mergeHosts(groups: ReadonlyMap<string, Group>, faults: Faults): RawHost[] {
  const names = new Set([...groups.values()].flatMap((group) => [...group.hosts.keys()]));
  if (names.size > MAX_HOSTS) faults.add(`the inventory names ${names.size} hosts, at most ${MAX_HOSTS} are supported`);
  // Ansible merges groups of one depth in the order of their names.
  const ordered = [...groups.values()].sort((a, b) => a.depth - b.depth || compareCodeUnits(a.name, b.name));
  const membersOf = new Map(ordered.map((group) => [group.name, allHosts(group, groups, new Set())]));
  return [...names]
    .slice(0, MAX_HOSTS)
    .sort(compareCodeUnits)
    .map((name) => {
      const mine = ordered.filter((group) => group.name === 'all' || membersOf.get(group.name)?.has(name) === true);
      const variables = new Map<string, Variable>();
      for (const group of mine) for (const [key, variable] of group.variables) variables.set(key, variable);
      for (const group of ordered) for (const [key, variable] of group.hosts.get(name) ?? []) variables.set(key, variable);
      return { name, groups: mine.map((group) => group.name).sort(compareCodeUnits), variables };
    });
}

function allHosts(group: Group, groups: ReadonlyMap<string, Group>, seen: Set<string>): Set<string> {
  const hosts = new Set(group.hosts.keys());
  if (seen.has(group.name)) return hosts;
  seen.add(group.name);
  for (const name of group.children) {
    const child = groups.get(name);
    if (child !== undefined) for (const host of allHosts(child, groups, seen)) hosts.add(host);
  }
  return hosts;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
