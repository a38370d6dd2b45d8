/** What the services want on a host: cases of desired state and facts, and laws that hold for every inventory and both flavors. */
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { AppError } from '../../../src/base/errors.ts';
import { SERVICES } from '../../../src/components/services.ts';
import { parseInventory } from '../../../src/config/inventory/inventory.ts';
import type { Step } from '../../../src/install/contract/declaration.ts';
import { declareHost } from '../../../src/install/plan/declare-host.ts';
import { planHost } from '../../../src/install/plan/plan-host.ts';
import { desiredFrom, filesOf, INVENTORY_NAMES, type LabOptions, labDeclaration, labFacts } from '../../support/desired-lab.ts';

const MACHINES = INVENTORY_NAMES.flatMap((name) => [[name, 'debian'] as const, [name, 'pigsty'] as const]);
const FURTHER = { etcHosts: '127.0.0.1 localhost\n', resolvConfText: 'search lan\nnameserver 192.0.2.1\n', canSetClock: true };

function inventoryOf(vars: string, hosts = '10.10.10.10: { infra_seq: 1 }') {
  return parseInventory(`all: { children: { infra: { hosts: { ${hosts} } } }, vars: { ${vars} } }`, 'x');
}

function fileOf(path: string, options: LabOptions = {}): string {
  return filesOf(labDeclaration('default', options)).get(path) ?? `no file ${path}`;
}

function stepsOf(kind: Step['kind'], options: LabOptions = {}): Step[] {
  return labDeclaration('default', options).steps.flatMap(({ step }) => (step.kind === kind ? [step] : []));
}

describe.each(MACHINES)('for the inventory "%s", flavor %s', (name, flavor) => {
  const declaration = labDeclaration(name, { flavor, facts: FURTHER });

  it('the same again is the same, byte for byte', () => {
    expect(labDeclaration(name, { flavor, facts: FURTHER })).toEqual(declaration);
  });

  it('every handler has its unit or command, every owner its user or group', () => {
    const units = new Set(declaration.steps.flatMap(({ step }) => (step.kind === 'unit' && step.masked !== true ? [step.name] : [])));
    const commands = new Set(declaration.steps.flatMap(({ step }) => (step.kind === 'command' ? [step.id] : [])));
    const users = new Set(['root', ...declaration.steps.flatMap(({ step }) => (step.kind === 'user' ? [step.name] : []))]);
    const groups = new Set(['root', ...declaration.steps.flatMap(({ step }) => (step.kind === 'group' ? [step.name] : []))]);
    for (const { step, key } of declaration.steps) {
      for (const handler of 'notify' in step ? (step.notify ?? []) : []) {
        if (handler.kind === 'command') expect(commands, key).toContain(handler.id);
        else expect(units, key).toContain(handler.unit);
      }
      if ('owner' in step && step.owner !== undefined) expect(users, key).toContain(step.owner);
      if ('group' in step && step.group !== undefined) expect(groups, key).toContain(step.group);
    }
  });

  it('secrets are in files nobody else reads, and in no command', () => {
    const words = ['generated1', 'generated2', 'generated3', 'CERTIFICATE key', 'nginx key', 'infra key', 'ca key', 'DBUser.Grafana@'];
    for (const { step, key } of declaration.steps) {
      const text = step.kind === 'file' ? Buffer.from(step.content).toString() : JSON.stringify(step);
      if (!words.some((word) => text.includes(word))) continue;
      expect(step, key).toMatchObject({ kind: 'file', secret: true });
      expect(step.kind === 'file' && (step.mode ?? 0o644) & 0o007, key).toBe(0);
    }
  });

  it('no unit asks for more files than any kernel gives, and every service of ours is confined', () => {
    for (const [path, text] of filesOf(declaration)) {
      if (!path.startsWith('/etc/systemd/system/')) continue;
      expect(Number(/LimitNOFILE=(\d+)/.exec(text)?.[1] ?? 0), path).toBeLessThanOrEqual(1_048_576);
      expect(text, path).toMatch(/NoNewPrivileges=yes|ProtectHome=yes/);
    }
  });

  it('nothing outside the hosts is named', () => {
    const known =
      /^(?:https?:\/\/)?(?:127\.0\.0\.1|localhost|haproxy-|\[|10\.10\.10\.|10\.0\.0\.1|i\.pigsty|[a-z0-9]+\.pigsty|wiki\.example\.test|\$)/;
    for (const [path, text] of filesOf(declaration)) {
      for (const [url] of text.matchAll(/https?:\/\/[^\s"'<>;]+/g))
        expect(url.replace(/^https?:\/\/(?:minio|adm|web\.io)\//, 'localhost'), path).toMatch(known);
    }
  });

  it('probes are unique and every claimed port is some component’s', () => {
    expect(new Set(declaration.probes.map((probe) => probe.id)).size).toBe(declaration.probes.length);
    const names = new Set(SERVICES.map((service) => service.name));
    for (const port of declaration.ports) expect(names).toContain(port.service);
  });
});

describe('a bare host', () => {
  it('has everything to do', () => {
    const declaration = labDeclaration('default', { facts: FURTHER });
    const empty = {
      paths: new Map(),
      units: new Map(),
      sysctls: new Map(),
      fixedSysctls: new Set<string>(),
      checks: new Map(),
      provided: new Set<string>(),
    };
    const plan = planHost(declaration, labFacts(FURTHER), empty as unknown as Parameters<typeof planHost>[2], 'x');
    expect(
      plan.steps
        .filter((step) => step.why.length === 0 && !['check', 'absent', 'command'].includes(step.step.kind))
        .map((step) => step.key),
    ).toEqual([]);
  });
});

describe('packaged services of Debian', () => {
  it('are masked, so that ours run alone', () => {
    const masked = stepsOf('unit').flatMap((step) => (step.kind === 'unit' && step.masked === true ? [step.name] : []));
    expect(masked.sort()).toEqual([
      'prometheus-alertmanager.service',
      'prometheus-blackbox-exporter.service',
      'prometheus-nginx-exporter.service',
      'prometheus-node-exporter.service',
      'victoria-metrics.service',
    ]);
  });
});

describe('what the flavor lacks', () => {
  it('is neither installed nor mounted, scraped, probed or shown', () => {
    const declaration = labDeclaration('default', { flavor: 'debian' });
    expect(declaration.services).not.toEqual(expect.arrayContaining(['grafana', 'vlogs', 'vtraces', 'vector']));
    const files = filesOf(declaration);
    expect(files.get('/infra/targets/infra/infra-1.yml')).not.toMatch(/grafana|vlogs|vtraces/);
    expect(files.get('/www/index.html')).not.toMatch(/\/ui\/"|\/vlogs\/|\/vtraces\//);
    expect(files.get('/www/index.html')).toContain('/vmetrics/vmui/');
  });
});

describe('a component switched off', () => {
  it('is stopped, not probed, and gone from portal and targets', () => {
    const declaration = labDeclaration('off', { inventory: inventoryOf('alertmanager_enabled: false, dns_enabled: no') });
    const unit = (name: string) => declaration.steps.find(({ key }) => key === `unit:${name}`)?.step;
    expect(unit('alertmanager.service')).toMatchObject({ enabled: false, active: false });
    expect(unit('dnsmasq.service')).toMatchObject({ enabled: false, active: false });
    expect(declaration.probes.map((probe) => probe.component)).not.toEqual(expect.arrayContaining(['alertmanager', 'dnsmasq']));
    const files = filesOf(declaration);
    expect(files.get('/etc/nginx/conf.d/home.conf')).not.toContain('/alertmgr/');
    expect(files.get('/etc/default/vmalert')).toContain('-notifier.blackhole');
    expect(files.has('/etc/resolv.conf')).toBe(false);
  });
});

describe('where services listen', () => {
  it.each([
    ['one host: loopback', '10.10.10.10: { infra_seq: 1 }', '-httpListenAddr=127.0.0.1:8428'],
    ['several INFRA hosts: they ask each other', '10.10.10.10: { infra_seq: 1 }, 10.10.10.11: { infra_seq: 2 }', '-httpListenAddr=:8428'],
  ])('%s', (_, hosts, expected) => {
    expect(filesOf(labDeclaration('x', { inventory: inventoryOf('', hosts) })).get('/etc/default/vmetrics')).toContain(expected);
  });

  it('exporters of several hosts listen on the host’s own address', () => {
    const inventory = inventoryOf('', '10.10.10.10: { infra_seq: 1 }, 10.10.10.11: { infra_seq: 2 }');
    expect(filesOf(labDeclaration('x', { inventory })).get('/etc/default/node_exporter')).toContain(
      '--web.listen-address=10.10.10.10:9100',
    );
  });
});

describe('names', () => {
  it('every portal name is answered, also those dns_records forgets', () => {
    const inventory = inventoryOf(
      'infra_portal: { home: { domain: i.pigsty }, x: { domain: x.example.test, domains: [y.example.test], path: /x } }',
    );
    const records = filesOf(labDeclaration('x', { inventory })).get('/etc/dnsmasq.d/pigsty/default');
    expect(records).toContain('10.10.10.10 i.pigsty\n');
    expect(records).toContain('10.10.10.10 x.example.test\n10.10.10.10 y.example.test\n');
  });

  it('/etc/hosts keeps the lines of others, and ours are replaced', () => {
    const etcHosts = '127.0.0.1 localhost\n10.9.9.9 old # pigsty dns\n192.0.2.5 mine\n\n';
    const once = fileOf('/etc/hosts', { facts: { etcHosts } });
    expect(once).toBe(
      '127.0.0.1 localhost\n192.0.2.5 mine\n10.10.10.10 i.pigsty # pigsty dns\n10.10.10.10 node-10-10-10-10 # pigsty dns\n',
    );
    expect(fileOf('/etc/hosts', { facts: { etcHosts: once } })).toBe(once);
  });

  it('resolv.conf keeps search list and other servers behind ours, again and again', () => {
    const once = fileOf('/etc/resolv.conf', {
      facts: { resolvConfText: 'search lan\nnameserver 192.0.2.1\nnameserver 192.0.2.2\nnameserver 192.0.2.3\n' },
    });
    expect(once.split('\n').slice(1)).toEqual([
      'search lan',
      'options single-request-reopen timeout:1',
      'nameserver 10.10.10.10',
      'nameserver 192.0.2.1',
      'nameserver 192.0.2.2',
      '',
    ]);
    expect(fileOf('/etc/resolv.conf', { facts: { resolvConfText: once } })).toBe(once);
  });

  it('systemd-resolved is told, not replaced', () => {
    const files = filesOf(labDeclaration('default', { facts: { ...FURTHER, resolved: true } }));
    expect(files.has('/etc/resolv.conf')).toBe(false);
    expect(files.get('/etc/systemd/resolved.conf.d/pigsty.conf')).toContain('DNS=10.10.10.10\nDomains=~pigsty\n');
    expect(files.get('/etc/dnsmasq.conf')).toContain('resolv-file=/run/systemd/resolve/resolv.conf');
  });
});

describe('time', () => {
  it('the admin host serves it without any source; others follow the admin host', () => {
    const inventory = parseInventory(
      'all: { children: { infra: { hosts: { 10.10.10.10: { infra_seq: 1 } } }, db: { hosts: { 10.10.10.20: } } }, vars: { admin_ip: 10.10.10.10 } }',
      'x',
    );
    const admin = filesOf(labDeclaration('x', { inventory })).get('/etc/chrony/chrony.conf');
    expect(admin).toContain('local stratum 10 orphan');
    expect(admin).not.toMatch(/^(?:server|pool)/m);
    const other = filesOf(labDeclaration('x', { inventory, host: '10.10.10.20' })).get('/etc/chrony/chrony.conf');
    expect(other).toContain('server 10.10.10.10 iburst');
    expect(other).toContain('port 0');
  });

  it.each([
    ['a container that may not set the clock', false, true],
    ['a machine', true, false],
  ])('%s', (_, canSetClock, expected) => {
    expect(filesOf(labDeclaration('default', { facts: { canSetClock } })).has('/etc/systemd/system/chrony.service.d/pigsty.conf')).toBe(
      expected,
    );
  });
});

describe('a host outside INFRA', () => {
  it('gets CA, names, time and agents only', () => {
    expect(labDeclaration('everything', { host: '10.10.10.20', flavor: 'pigsty' }).services).toEqual([
      'ca',
      'node',
      'chronyd',
      'node_exporter',
      'haproxy',
      'vector',
    ]);
  });

  it('has its name from the PostgreSQL instance it carries', () => {
    expect(
      desiredFrom(
        parseInventory('all: { children: { infra: { hosts: { 10.0.0.1: { infra_seq: 1, pg_cluster: pg-meta, pg_seq: 3 } } } } }', 'x'),
      ).host,
    ).toMatchObject({
      nodename: 'pg-meta-3',
      cluster: 'pg-meta',
    });
  });
});

describe('firewalls', () => {
  const security = { selinux: 'absent', semanage: false, firewalld: false, ufw: false, fapolicyd: false } as const;
  it.each([
    ['none: nothing', security, []],
    ['firewalld: opened now and for good', { ...security, firewalld: true }, ['firewalld: keep 80/tcp open', 'firewalld: open 80/tcp']],
    ['ufw', { ...security, ufw: true }, ['ufw: open 80/tcp']],
  ])('%s', (_, given, expected) => {
    const ids = stepsOf('command', { facts: { security: given } }).flatMap((step) =>
      step.kind === 'command' && step.id.includes('80/tcp') ? [step.id] : [],
    );
    expect(ids).toEqual(expected);
  });

  it('SELinux: nginx may reach components and read the web root', () => {
    const ids = stepsOf('command', { facts: { security: { ...security, selinux: 'enforcing', semanage: true } } }).map(
      (step) => (step as { id: string }).id,
    );
    expect(ids).toEqual(expect.arrayContaining(['SELinux: httpd_can_network_connect', 'SELinux: web content in /data/nginx']));
  });
});

describe('Grafana', () => {
  const files = filesOf(labDeclaration('everything', { flavor: 'pigsty' }));
  const datasource = z.object({
    name: z.string(),
    uid: z.string(),
    type: z.string(),
    url: z.string(),
    access: z.literal('proxy'),
    orgId: z.literal(1),
  });
  const provisioning = z.object({ apiVersion: z.literal(1), datasources: z.array(datasource) });

  it('has the stores of every INFRA host as data sources', () => {
    const { datasources } = provisioning.parse(parse(files.get('/etc/grafana/provisioning/datasources/pigsty.yml') ?? ''));
    expect(datasources.map((one) => `${one.uid} ${one.url}`)).toEqual([
      'ds-prometheus http://127.0.0.1:8428',
      'ds-vlogs http://127.0.0.1:9428',
      'ds-vtraces http://127.0.0.1:10428/select/jaeger',
      'ds-meta 127.0.0.1:5432',
      'vmetrics-1 http://10.10.10.10:8428',
      'vlogs-1 http://10.10.10.10:9428',
      'vtraces-1 http://10.10.10.10:10428/select/jaeger',
      'vmetrics-2 http://10.10.10.11:8428',
      'vlogs-2 http://10.10.10.11:9428',
      'vtraces-2 http://10.10.10.11:10428/select/jaeger',
      'vmetrics-3 http://10.10.10.12:8428',
      'vtraces-3 http://10.10.10.12:10428/select/jaeger',
    ]);
  });

  it('never calls home, and sits below /ui/', () => {
    const ini = files.get('/etc/grafana/grafana.ini') ?? '';
    for (const setting of [
      'reporting_enabled = false',
      'check_for_updates = false',
      'check_for_plugin_updates = false',
      'news_feed_enabled = false',
      'disable_gravatar = true',
      'external_enabled = false',
      'public_key_retrieval_disabled = true',
      'preinstall_disabled = true',
      'plugin_admin_enabled = false',
      'serve_from_sub_path = true',
      'root_url = /ui/',
      'url = postgres://dbuser_grafana:DBUser.Grafana@10.10.10.10:5432/grafana',
    ]) {
      expect(ini).toContain(`\n${setting}\n`);
    }
  });

  it('refuses a password it would replace parts of', () => {
    const inventory = inventoryOf(`grafana_admin_password: 'a$${'{HOME}'}'`);
    expect(() => declareHost(SERVICES, desiredFrom(inventory, { flavor: 'pigsty' }), labFacts())).toThrow(AppError);
  });
});

describe('Vector', () => {
  const source = z.object({ type: z.enum(['journald', 'file', 'internal_metrics']) });
  const transform = z.object({ type: z.literal('remap'), inputs: z.array(z.string()), source: z.string() });
  const sink = z.object({ type: z.enum(['http', 'prometheus_exporter']), inputs: z.array(z.string()), uri: z.string().optional() });
  const file = z.strictObject({
    data_dir: z.string().optional(),
    sources: z.record(z.string(), source),
    transforms: z.record(z.string().regex(/_logs$/), transform).optional(),
    sinks: z.record(z.string(), sink).optional(),
  });
  const files = filesOf(labDeclaration('everything', { flavor: 'pigsty' }));
  const read = (name: string) => file.parse(parse(files.get(`/etc/vector/${name}.yaml`) ?? ''));

  it('sends to every INFRA host that keeps logs', () => {
    const sinks = Object.values(read('vector').sinks ?? {}).flatMap((one) => one.uri ?? []);
    expect(sinks).toEqual(['http://10.10.10.10:9428/insert/jsonline', 'http://10.10.10.11:9428/insert/jsonline']);
  });

  it('reads the journal and nginx’s logs, and every transform has a source', () => {
    for (const name of ['node', 'nginx']) {
      const { sources, transforms = {} } = read(name);
      for (const one of Object.values(transforms)) for (const input of one.inputs) expect(sources).toHaveProperty(input);
    }
    expect(read('node').transforms?.syslog_logs?.source).toContain('.ins = "pg-meta-1"');
  });
});
