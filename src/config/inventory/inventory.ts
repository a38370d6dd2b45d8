/**
 * Pigsty's configuration, `pigsty.yml`, as typed frozen data: every host with its address, how to reach it, and all parameters of META, CA,
 * REPO, INFRA and NODE, validated, with defaults. Parameters of other modules are not read. Pure: the text is read from disk elsewhere.
 */
import { z } from 'zod';
import { byKey } from '../../base/compare.ts';
import { AppError } from '../../base/errors.ts';
import { deepFreeze } from '../deep-freeze.ts';
import { describeIssue, Faults, formatFieldPath } from '../faults.ts';
import { nearestWord } from '../nearest-word.ts';
import { infraShape } from './infra-shape.ts';
import { readInventoryText } from './inventory-text.ts';
import { LEFT_TO_PIGSTY, nodeShape, OUR_PREFIXES } from './node-shape.ts';
import { type RawHost, readHosts, type Variable } from './read-hosts.ts';
import { ADMIN_IP, substitute } from './substitute.ts';
import { flag, hostName, isAddress, line, port } from './value-schemas.ts';

const NodeParams = z.object({ ...infraShape, ...nodeShape });
/** All parameters of one host under Pigsty's names. A password that is undefined was not set and is generated. */
export type NodeParams = Readonly<z.infer<typeof NodeParams>>;

const connectionShape = {
  ansible_host: hostName.optional(),
  ansible_port: port.optional(),
  ansible_ssh_port: port.optional(),
  ansible_user: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_.-]*\$?$/, 'a user name')
    .optional(),
  ansible_ssh_user: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_.-]*\$?$/, 'a user name')
    .optional(),
  ansible_ssh_private_key_file: line.optional(),
  ansible_connection: z.enum(['ssh', 'local', 'paramiko']).optional(),
  ansible_become: flag.optional(),
} as const;
const Connection = z.object(connectionShape);

const pgShape = {
  pg_cluster: z
    .string()
    .regex(/^[A-Za-z0-9_.-]{1,64}$/, 'a cluster name')
    .optional()
    .catch(undefined),
  pg_seq: z.int().nonnegative().optional().catch(undefined),
} as const;

/** How to reach a host over SSH. */
export interface HostConnection {
  readonly host: string;
  readonly port: number;
  /** `null`: the user who runs the installer. */
  readonly user: string | null;
  /** As written; `~` is not resolved. */
  readonly privateKeyFile: string | null;
  readonly isLocal: boolean;
}

/** One host. */
export interface InventoryHost {
  /** Its name in the inventory, an address. */
  readonly address: string;
  readonly groups: readonly string[];
  readonly connection: HostConnection;
  readonly params: NodeParams;
  /** `pg-meta-1`, when the node takes its name from the PostgreSQL instance it carries. */
  readonly pgName: string | null;
  readonly pgCluster: string | null;
}

/** A whole configuration. */
export interface Inventory {
  readonly path: string;
  /** Sorted by address (code units). Never empty. */
  readonly hosts: readonly InventoryHost[];
  /** To be shown once. */
  readonly warnings: readonly string[];
}

const RAW_DEFAULTS: Readonly<Record<string, unknown>> = {
  dns_records: [`${ADMIN_IP} i.pigsty`, `${ADMIN_IP} m.pigsty supa.pigsty api.pigsty adm.pigsty cli.pigsty ddl.pigsty`],
  node_default_etc_hosts: [`${ADMIN_IP} i.pigsty`],
  node_dns_servers: [ADMIN_IP],
  // Pigsty's pool.ntp.org is out of reach where this program runs, and must not be asked.
  node_ntp_servers: [`server ${ADMIN_IP} iburst`],
};

/**
 * Reads a configuration.
 *
 * @param path only for messages.
 * @throws {AppError} `CONFIG_INVALID` with every fault: `file:line: group or host: parameter: found X, expected Y`.
 */
export function parseInventory(text: string, path: string): Inventory {
  const faults = new Faults();
  const raw = readHosts(readInventoryText(text, path), faults);
  if (raw.length === 0 && faults.lines.length === 0) faults.add(`${path}: found no host, expected at least one in group "infra"`);
  const infra = raw.filter((host) => host.groups.includes('infra'));
  const seen = new Set<string>();
  const report = (fault: string): void => {
    if (!seen.has(fault)) faults.add(fault);
    seen.add(fault);
  };
  const hosts = raw.flatMap((host) => parseHost(host, defaultAdminIp(infra), path, report));
  if (raw.length > 0) checkInfraHosts(raw, infra, path, report);
  faults.throwIfAny('the configuration is not valid');
  return deepFreeze({ path, hosts: hosts.sort(byKey((host) => host.address)), warnings: collectWarnings(raw, hosts) });
}

/** The configuration of one host with its own address and every default: what runs without a file. */
export function defaultInventory(address: string): Inventory {
  return parseInventory(JSON.stringify({ all: { children: { infra: { hosts: { [address]: { infra_seq: 1 } } } } } }), '(defaults)');
}

/**
 * The parameters of one host.
 *
 * @throws {AppError} `CONFIG_MISSING` when the inventory has no such host.
 */
export function paramsFor(inventory: Inventory, address: string): NodeParams {
  const host = inventory.hosts.find((one) => one.address === address);
  if (host !== undefined) return host.params;
  const names = inventory.hosts.map((one) => one.address).slice(0, 10);
  throw new AppError('CONFIG_MISSING', `${inventory.path} has no host ${address}`, { hint: `it has: ${names.join(' ')}` });
}

/** Without `admin_ip` it is the INFRA host with the lowest number. */
function defaultAdminIp(infra: readonly RawHost[]): string {
  const seqOf = (host: RawHost): number => Number(host.variables.get('infra_seq')?.value ?? Number.MAX_SAFE_INTEGER);
  return infra.toSorted((a, b) => seqOf(a) - seqOf(b))[0]?.name ?? '';
}

function parseHost(host: RawHost, adminIp: string, path: string, report: (fault: string) => void): InventoryHost[] {
  if (!isAddress(host.name)) {
    report(
      `${path}: host ${host.name}: found a name, expected an address: Pigsty names hosts by address, "ansible_host" says where SSH connects`,
    );
    return [];
  }
  const values = resolveValues(host, adminIp, path, report);
  const params = check(NodeParams, values, host, path, report);
  const connection = check(Connection, values, host, path, report);
  const pg = z.object(pgShape).parse(values);
  if (params === null || connection === null) return [];
  const isNamedByPg = params.node_id_from_pg && pg.pg_cluster !== undefined && pg.pg_seq !== undefined;
  return [
    {
      address: host.name,
      groups: host.groups,
      connection: {
        host: connection.ansible_host ?? host.name,
        port: connection.ansible_port ?? connection.ansible_ssh_port ?? 22,
        user: connection.ansible_user ?? connection.ansible_ssh_user ?? null,
        privateKeyFile: connection.ansible_ssh_private_key_file ?? null,
        isLocal: connection.ansible_connection === 'local',
      },
      params,
      pgName: isNamedByPg ? `${pg.pg_cluster}-${pg.pg_seq}` : null,
      pgCluster: pg.pg_cluster ?? null,
    },
  ];
}

const OUR_NAMES: ReadonlySet<string> = new Set([...Object.keys(infraShape), ...Object.keys(nodeShape), ...Object.keys(connectionShape)]);

/** Values of the parameters we read, references replaced. */
function resolveValues(host: RawHost, adminIp: string, path: string, report: (fault: string) => void): Record<string, unknown> {
  const fixed = (value: unknown): Variable => ({ value, origin: `${path}: default` });
  const lookup = (name: string): Variable | undefined => {
    if (name === 'inventory_hostname') return fixed(host.name);
    const own = host.variables.get(name);
    if (own !== undefined && own.value !== null) return own;
    return name === 'admin_ip' && adminIp !== '' ? fixed(adminIp) : undefined;
  };
  const values: Record<string, unknown> = {};
  for (const name of [...OUR_NAMES, ...Object.keys(pgShape)]) {
    const variable = lookup(name) ?? (name in RAW_DEFAULTS ? fixed(RAW_DEFAULTS[name]) : undefined);
    if (variable === undefined) continue;
    const result = substitute(variable.value, lookup);
    if ('value' in result) values[name] = result.value;
    else if (OUR_NAMES.has(name)) report(`${variable.origin}: ${name}: found a reference, expected ${result.fault}`);
  }
  return values;
}

function check<T extends z.ZodObject>(
  schema: T,
  values: Readonly<Record<string, unknown>>,
  host: RawHost,
  path: string,
  report: (fault: string) => void,
): z.infer<T> | null {
  const result = schema.safeParse(values, { reportInput: true });
  if (result.success) return result.data;
  for (const issue of result.error.issues) {
    const origin = host.variables.get(String(issue.path[0]))?.origin ?? `${path}: host ${host.name}`;
    for (const { path: field, text } of describeIssue(issue, () => [])) report(`${origin}: ${formatFieldPath(field)}: ${text}`);
  }
  return null;
}

function checkInfraHosts(raw: readonly RawHost[], infra: readonly RawHost[], path: string, report: (fault: string) => void): void {
  if (infra.length === 0) report(`${path}: group infra: found no host, expected the hosts that carry INFRA`);
  const owners = new Map<unknown, string>();
  for (const host of infra) {
    const seq = host.variables.get('infra_seq');
    if (seq === undefined) report(`${path}: host ${host.name}: infra_seq: found nothing, expected a number of its own`);
    else if (owners.has(seq.value))
      report(`${seq.origin}: infra_seq: found ${seq.value}, expected a number that is not that of ${owners.get(seq.value)}`);
    else owners.set(seq.value, host.name);
  }
  const adminIps = new Map(
    raw.flatMap((host) => (host.variables.get('admin_ip') === undefined ? [] : [[host.variables.get('admin_ip')?.value, host]])),
  );
  for (const [adminIp, host] of adminIps as Map<unknown, RawHost>) {
    const origin = host.variables.get('admin_ip')?.origin;
    const isTemplate = typeof adminIp === 'string' && adminIp.includes('{{');
    if (isTemplate || infra.length === 0 || infra.some((one) => one.name === adminIp)) continue;
    report(
      `${origin}: admin_ip: found ${String(adminIp)}, expected the address of a host in group infra (${infra.map((one) => one.name).join(' ')})`,
    );
  }
}

function collectWarnings(raw: readonly RawHost[], hosts: readonly InventoryHost[]): string[] {
  const origins = new Map<string, string>();
  for (const host of raw) for (const [name, variable] of host.variables) if (!origins.has(name)) origins.set(name, variable.origin);
  const names = [...origins.keys()].sort();
  const warnings = names
    .filter((name) => OUR_PREFIXES.test(name) && !OUR_NAMES.has(name) && !LEFT_TO_PIGSTY.has(name))
    .map((name) => {
      const near = nearestWord(name, OUR_NAMES);
      return `${origins.get(name)}: ${name}: unknown, ignored${near === null ? '' : ` (did you mean "${near}"?)`}`;
    });
  const unused = names.filter((name) => LEFT_TO_PIGSTY.has(name));
  if (unused.length > 0) warnings.push(`left to Pigsty itself, without effect here: ${unused.join(' ')}`);
  if (hosts.some((host) => host.groups.includes('infra') && host.params.infra_portal.home?.domain === undefined)) {
    warnings.push('infra_portal has no "home" with a domain: there will be no portal, no repository over HTTP and no monitoring mounts');
  }
  return warnings;
}
