/**
 * Desired states for tests: several inventories over the components of the real manifests, with real assets, fixed secrets and fixed
 * certificates.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Distro, Flavor } from '../../src/base/target.ts';
import { familyOf } from '../../src/base/target.ts';
import { SERVICES } from '../../src/components/services.ts';
import { defaultInventory, type Inventory, parseInventory } from '../../src/config/inventory/inventory.ts';
import type { HostFacts } from '../../src/facts/types.ts';
import type { AbsentComponent, BundleView, ComponentEntry, Declaration, FileStep, Pki } from '../../src/install/contract/declaration.ts';
import type { Desired } from '../../src/install/contract/desired.ts';
import { buildDesired } from '../../src/install/desired/build-desired.ts';
import { declareHost } from '../../src/install/plan/declare-host.ts';
import { SOME_FACTS } from '../lab/install/some-facts.ts';

const ROOT = new URL('../../', import.meta.url).pathname;

/** A portal with every field, three INFRA hosts, other ports. */
const EVERYTHING = `
all:
  children:
    infra:
      hosts:
        10.10.10.10: { infra_seq: 1 }
        10.10.10.11: { infra_seq: 2 }
        10.10.10.12: { infra_seq: 3, vlogs_enabled: no }
    pg-meta:
      hosts:
        10.10.10.10: { pg_seq: 1, pg_role: primary }
        10.10.10.20: { pg_seq: 2, pg_role: replica, nodename_overwrite: false }
      vars: { pg_cluster: pg-meta, node_cluster: pg-meta }
  vars:
    admin_ip: 10.10.10.10
    nginx_port: 8080
    nginx_ssl_port: 8443
    nginx_sslmode: enforce
    nginx_users: { admin: "pa$word", viewer: "with space" }
    grafana_auth_proxy: true
    grafana_pgurl: postgres://dbuser_grafana:DBUser.Grafana@10.10.10.10:5432/grafana
    alertmanager_options: '--log.level=debug'
    vmetrics_options: -retentionPeriod=90d "-search.maxQueryDuration=60s"
    dns_records: [ "\${admin_ip} i.pigsty g.pigsty" ]
    node_ntp_servers: [ "pool \${admin_ip} iburst", "server 10.0.0.1 prefer" ]
    infra_extra_services: [ { name: Wiki, url: "https://wiki.example.test/", desc: "<b>notes</b>", icon: file } ]
    infra_portal:
      home: { domain: i.pigsty, domains: [portal.example.test], auth: true, realm: "Our \\"home\\"", index: false, certbot: home-cert }
      minio: { domain: m.pigsty, endpoint: "\${admin_ip}:9001", scheme: https, websocket: true, auth: yes }
      adm: { domain: adm.pigsty, domains: adm2.pigsty, endpoint: "[fd00::5]:8885", log: pgadmin.log, certbot: adm }
      web.io: { domain: web.pigsty, path: /www/web, index: true, enforce_https: true, config: "location /old {\\n  return 301 /new;\\n}" }
      blackbox: { endpoint: "\${admin_ip}:9115" }
`;

/** Every text a user may choose holds what means something to some format. */
const HOSTILE = `
all:
  children:
    infra:
      hosts:
        10.10.10.10:
          infra_seq: 1
          nodename: "a-b.c"
  vars:
    admin_ip: 10.10.10.10
    version: '"; } evil <script> \${x} #'
    ca_cn: 'O=evil, CN="x" \\ + ;'
    nginx_users: { "a@b": "pa\\"ss'w\\\\ord: {$x} #;}" }
    grafana_admin_password: "\\"a;b#c'd\`e=f\\\\g [x] %d"
    haproxy_admin_password: "it's \\"a\\" $HOME # \\\\ x"
    grafana_view_password: "a: b # c $x 'z'"
    vmetrics_options: "-retentionPeriod=15d '-label=a b\\"c$x%h'"
    vmalert_options: "'-external.label=team=a \\"b\\" $HOME %n'"
    infra_services: [ { name: "<script>alert(1)</script>", url: "javascript:alert(1)", desc: "\\"'&", icon: "constructor" } ]
    infra_portal:
      home: { domain: i.pigsty, auth: true, realm: "x\\"; } server { \\\\" }
      files: { domain: f.pigsty, path: /www/files, auth: true, realm: "#'{};" , config: "add_header X \\"a } b\\"; # }" }
`;

const INVENTORIES: Readonly<Record<string, () => Inventory>> = {
  default: () => defaultInventory('10.10.10.10'),
  everything: () => parseInventory(EVERYTHING, 'everything.yml'),
  hostile: () => parseInventory(HOSTILE, 'hostile.yml'),
  'without TLS': () =>
    parseInventory(
      'all: { children: { infra: { hosts: { 10.10.10.10: { infra_seq: 1 } } } }, vars: { nginx_sslmode: disable, nginx_exporter_enabled: false } }',
      'plain.yml',
    ),
  IPv6: () => parseInventory('all: { children: { infra: { hosts: { "fd00::10": { infra_seq: 1 } } } } }', 'six.yml'),
};

/** Names of the inventories. */
export const INVENTORY_NAMES = Object.keys(INVENTORIES);

const PEM = (name: string): string => `-----BEGIN CERTIFICATE-----\n${Buffer.from(name).toString('base64')}\n-----END CERTIFICATE-----\n`;
/** Keys and certificates nobody looks into. */
export const TEXT_PKI: Pki = {
  caCert: PEM('ca'),
  caKey: 'ca key\n',
  infraCert: PEM('infra'),
  infraKey: 'infra key\n',
  nginxCert: PEM('nginx'),
  nginxKey: 'nginx key\n',
};

export interface LabOptions {
  /** Instead of the named one. */
  readonly inventory?: Inventory;
  readonly flavor?: Flavor;
  readonly distro?: Distro;
  readonly host?: string;
  readonly pki?: Pki;
  readonly facts?: Partial<HostFacts>;
}

/** One host of a named inventory. */
export function labDesired(name: string, options: LabOptions = {}): Desired {
  return desiredFrom(options.inventory ?? (INVENTORIES[name] as () => Inventory)(), options);
}

/** One host of any inventory: the first, when none is named. */
export function desiredFrom(inventory: Inventory, options: LabOptions = {}): Desired {
  return buildDesired(options.host ?? (inventory.hosts[0]?.address as string), {
    inventory,
    hostnames: new Map(inventory.hosts.map((host) => [host.address, `node-${host.address.replaceAll(/[.:]+/g, '-')}`])),
    bundle: labBundle(options.flavor ?? 'debian', options.distro ?? 'd12'),
    pki: options.pki ?? TEXT_PKI,
    secrets: {
      grafana_admin_password: 'generated1',
      grafana_view_password: 'generated2',
      haproxy_admin_password: 'generated3',
      htpasswd_salt: 'salt',
    },
    assets: labAssets(),
  });
}

/** All services' plans for one host, merged. */
export function labDeclaration(name: string, options: LabOptions = {}): Declaration {
  return declareHost(SERVICES, labDesired(name, options), labFacts(options.facts));
}

/** The text of every file a declaration writes, by path. */
export function filesOf(declaration: Declaration): Map<string, string> {
  const steps = declaration.steps.flatMap(({ step }) => (step.kind === 'file' ? [step] : []));
  return new Map(
    steps.map((step: FileStep) => [step.path, typeof step.content === 'string' ? step.content : new TextDecoder().decode(step.content)]),
  );
}

/** A bare Debian 12 host, changed as told. */
export function labFacts(changes: LabOptions['facts'] = {}): HostFacts {
  const bare = {
    hostname: 'bare',
    addresses: ['10.10.10.10'],
    mounts: [],
    repository: { complete: true, bundleId: null },
    resolvConf: { ...SOME_FACTS.resolvConf, nameservers: ['192.0.2.1'] },
    resolvConfText: 'nameserver 192.0.2.1\n',
  };
  return { ...SOME_FACTS, ...bare, ...changes };
}

const manifestComponents = z.object({ components: z.record(z.string(), z.record(z.string(), z.unknown())) });

/** The component map of manifests/<flavor>/components.yaml, as a bundle for `distro` carries it. */
export function labBundle(flavor: Flavor, distro: Distro): BundleView {
  const text = readFileSync(join(ROOT, 'manifests', flavor, 'components.yaml'), 'utf8');
  const family = familyOf(distro);
  const forFamily = (value: unknown): unknown =>
    typeof value === 'object' && value !== null && family in value ? (value as Record<string, unknown>)[family] : value;
  const components = Object.entries(manifestComponents.parse(parse(text)).components).map(
    ([name, raw]): [string, ComponentEntry | AbsentComponent] => {
      if (typeof raw.absent === 'string') return [name, { absent: raw.absent }];
      const of = (key: string): unknown => forFamily(raw[key]);
      const entry: ComponentEntry = {
        packages: (of('packages') as string[] | undefined) ?? [],
        binary: (of('binary') as string | undefined) ?? null,
        unit: (of('unit') as string | undefined) ?? null,
        masks: (of('masks') as string[] | undefined) ?? [],
        user: (of('user') as string | undefined) ?? 'root',
        config: (of('config') as string[] | undefined) ?? [],
        version: null,
      };
      return [name, entry];
    },
  );
  return {
    id: 'f'.repeat(64),
    version: '1.0',
    distro,
    arch: 'x86_64',
    family,
    flavor,
    components: Object.fromEntries(components),
    recommends: false,
    repositoryKey: null,
  };
}

/** What travels in every bundle: the files below bundle/. */
export function labAssets(): ReadonlyMap<string, Uint8Array> {
  const folder = join(ROOT, 'bundle');
  return new Map(filesBelow(folder).map((path) => [relative(folder, path), readFileSync(path)]));
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const path = join(folder, name);
      return statSync(path).isDirectory() ? filesBelow(path) : [path];
    });
}
