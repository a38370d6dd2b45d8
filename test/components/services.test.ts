/** Laws over all components together, for every inventory of the lab and both flavors. */
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { assetKindOf } from '../../src/base/asset-layout.ts';
import { componentMounts } from '../../src/components/kit/component-mounts.ts';
import { SERVICES } from '../../src/components/services.ts';
import type { FileStep, Step } from '../../src/install/contract/declaration.ts';
import type { HostState } from '../../src/install/contract/host-state.ts';
import { declareHost } from '../../src/install/plan/declare-host.ts';
import { planHost } from '../../src/install/plan/plan-host.ts';
import { INVENTORY_NAMES, labAssets, labBundle, labDeclaration, labDesired, labFacts } from '../support/desired-lab.ts';
import { desiredOf, inventoryOf, ON, stepsOf, without } from './component-lab.ts';

const MACHINES = INVENTORY_NAMES.flatMap((name) => [[name, 'debian'] as const, [name, 'pigsty'] as const]);
const FACTS = { etcHosts: '127.0.0.1 localhost\n', resolvConfText: 'search lan\nnameserver 192.0.2.1\n', canSetClock: true };

type Declared = ReturnType<typeof labDeclaration>;

function stepsIn(declaration: Declared): Step[] {
  return declaration.steps.map(({ step }) => step);
}

/** Every file with its text. */
function filesIn(declaration: Declared): [FileStep, string][] {
  return stepsOf(stepsIn(declaration), 'file').map((step) => [step, Buffer.from(step.content).toString()]);
}

function textIn(declaration: Declared, path: string): string {
  const found = filesIn(declaration).find(([step]) => step.path === path);
  if (found === undefined) throw new Error(`no file ${path}`);
  return found[1];
}

describe('the table', () => {
  it('has a folder for every component, and a component for every folder', () => {
    const files = readdirSync(new URL('../../src/components/', import.meta.url), { recursive: true, encoding: 'utf8' });
    const folders = new Set(files.filter((path) => path.endsWith('.ts') && path.includes('/')).map((path) => path.split('/')[0] ?? ''));
    folders.delete('kit');
    expect(SERVICES.map(({ name }) => name.replaceAll('_', '-')).sort()).toEqual([...folders].sort());
  });

  it('has every component of the bundle but the repository, which the engine serves itself, and the one for passwords', () => {
    const names = Object.keys(labBundle('pigsty', 'd12').components);
    expect(SERVICES.map(({ name }) => name).sort()).toEqual([...names.filter((name) => name !== 'repo'), 'node', 'secrets'].sort());
  });
});

describe.each(MACHINES)('for the inventory "%s", flavor %s', (name, flavor) => {
  const desired = labDesired(name, { flavor });
  const declaration = labDeclaration(name, { flavor, facts: FACTS });
  const steps = stepsIn(declaration);

  it('the same again is the same, byte for byte', () => {
    expect(labDeclaration(name, { flavor, facts: FACTS })).toEqual(declaration);
  });

  it('every handler has its unit or command, every owner its user or group', () => {
    const running = stepsOf(steps, 'unit').filter((step) => step.masked !== true);
    const known = new Set([
      ...running.map((step) => `unit ${step.name}`),
      ...stepsOf(steps, 'command').map((step) => `command ${step.id}`),
      ...['root', ...stepsOf(steps, 'user').map((step) => step.name)].map((user) => `user ${user}`),
      ...['root', ...stepsOf(steps, 'group').map((step) => step.name)].map((group) => `group ${group}`),
    ]);
    const handlers = steps.flatMap((step) => ('notify' in step ? (step.notify ?? []) : []));
    const named = [
      ...handlers.map((handler) => (handler.kind === 'command' ? `command ${handler.id}` : `unit ${handler.unit}`)),
      ...steps.flatMap((step) => ('owner' in step && step.owner !== undefined ? [`user ${step.owner}`] : [])),
      ...steps.flatMap((step) => ('group' in step && step.group !== undefined ? [`group ${step.group}`] : [])),
    ];
    expect(handlers.length).toBeGreaterThan(10);
    expect(named.filter((one) => !known.has(one))).toEqual([]);
  });

  it('secrets are in files nobody else reads, and in no command', () => {
    const { params, pki, secrets } = desired;
    const configured = [params.grafana_admin_password, params.grafana_view_password, params.haproxy_admin_password].filter(
      (one) => one !== undefined,
    );
    const keys = [pki.caKey, pki.infraKey, pki.nginxKey].flatMap((one) => one?.trim() ?? []);
    const words = [...Object.values(secrets).filter((one) => one !== secrets.htpasswd_salt), ...configured, ...keys];
    const holders = steps.filter((step) => {
      const text = step.kind === 'file' ? Buffer.from(step.content).toString() : JSON.stringify(step);
      return words.some((word) => text.includes(word));
    });
    expect(holders.length).toBeGreaterThan(4);
    const shown = holders.filter((step) => step.kind !== 'file' || step.secret !== true || ((step.mode ?? 0o644) & 0o007) !== 0);
    expect(shown).toEqual([]);
  });

  it('no unit asks for more files than any kernel gives, and every service of ours is confined', () => {
    const units = filesIn(declaration).filter(([{ path }]) => /^\/etc\/systemd\/system\/[^/]+\.service$/.test(path));
    expect(units.length).toBeGreaterThan(5);
    const greedy = units.filter(([, text]) => Number(/LimitNOFILE=(\d+)/.exec(text)?.[1] ?? 0) > 1_048_576);
    const open = units.filter(([, text]) => !/NoNewPrivileges=yes|ProtectHome=yes/.test(text));
    expect([...greedy, ...open].map(([{ path }]) => path)).toEqual([]);
  });

  it('nothing outside the hosts is named', () => {
    const known =
      /^https?:\/\/(?:127\.0\.0\.1|localhost|haproxy-|\[|10\.10\.10\.|10\.0\.0\.1|i\.pigsty|[a-z0-9]+\.pigsty|wiki\.example\.test|minio\/|adm\/|web\.io\/|\$)/;
    const urls = filesIn(declaration).flatMap(([{ path }, text]) =>
      [...text.matchAll(/https?:\/\/[^\s"'<>;]+/g)].map((match) => `${match[0]} in ${path}`),
    );
    expect(urls.length).toBeGreaterThan(10);
    expect(urls.filter((url) => !known.test(url))).toEqual([]);
  });

  it('probes are unique and every claimed port is some component’s', () => {
    const ids = declaration.probes.map((probe) => probe.id);
    expect(ids.length).toBeGreaterThan(10);
    expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
    const names = SERVICES.map((service) => service.name);
    expect(declaration.ports.length).toBeGreaterThan(5);
    expect(declaration.ports.filter((port) => !names.includes(port.service))).toEqual([]);
  });

  it('packaged units that would run beside ours are masked', () => {
    const masked = stepsOf(steps, 'unit').flatMap((step) => (step.masked === true ? [step.name] : []));
    const entries = Object.values(desired.bundle.components).flatMap((one) => ('absent' in one ? [] : [one]));
    expect([...new Set(masked)].sort()).toEqual([...new Set(entries.flatMap((one) => one.masks.map((mask) => `${mask}.service`)))].sort());
  });
});

describe('a bare host', () => {
  it('has everything to do', () => {
    const nothing: HostState = {
      paths: new Map(),
      units: new Map(),
      sysctls: new Map(),
      fixedSysctls: new Set(),
      checks: new Map(),
      provided: new Set(),
    };
    const plan = planHost(labDeclaration('default', { facts: FACTS }), labFacts(FACTS), nothing, 'x');
    const certain = plan.steps.filter(({ step }) => !['check', 'absent', 'command'].includes(step.kind));
    expect(certain.length).toBeGreaterThan(50);
    expect(certain.filter((step) => step.why.length === 0).map((step) => step.key)).toEqual([]);
  });
});

describe('what the flavor lacks', () => {
  const lacking = Object.entries(labBundle('debian', 'd12').components).flatMap(([name, one]) => ('absent' in one ? [name] : []));
  const declaration = labDeclaration('default', { flavor: 'debian' });
  const paths = componentMounts(desiredOf()).flatMap(({ component, path }) => (lacking.includes(component) ? [path] : []));

  it('is something', () => {
    expect(lacking.length).toBeGreaterThan(0);
    expect(paths.length).toBeGreaterThan(0);
  });

  it.each(lacking)('%s is neither installed nor scraped nor probed', (name) => {
    expect(declaration.services).not.toContain(name);
    expect(declaration.probes.map((probe) => probe.component)).not.toContain(name);
    expect(textIn(declaration, '/infra/targets/infra/infra-1.yml')).not.toContain(`cls: ${name}`);
  });

  it.each(paths)('%s is neither mounted nor shown', (path) => {
    expect(textIn(declaration, '/etc/nginx/conf.d/home.conf')).not.toContain(`location ${path} `);
    expect(textIn(declaration, '/www/index.html')).not.toContain(`href="${path}`);
    const complete = labDeclaration('default', { flavor: 'pigsty' });
    expect(textIn(complete, '/etc/nginx/conf.d/home.conf')).toContain(`location ${path} `);
    expect(textIn(complete, '/www/index.html')).toContain(`href="${path}`);
  });
});

describe('a component switched off', () => {
  const off = labDeclaration('off', { inventory: inventoryOf('alertmanager_enabled: false, dns_enabled: no') });

  it.each(['alertmanager', 'dnsmasq'])('%s is stopped and not probed', (name) => {
    const unit = stepsOf(stepsIn(off), 'unit').find((step) => step.name === `${name}.service`);
    expect(unit).toMatchObject({ enabled: false, active: false });
    expect(off.probes.map((probe) => probe.component)).not.toContain(name);
    const on = labDeclaration('default');
    expect(stepsOf(stepsIn(on), 'unit').find((step) => step.name === `${name}.service`)).toMatchObject(ON);
    expect(on.probes.map((probe) => probe.component)).toContain(name);
  });

  it('is gone from portal and targets', () => {
    expect(textIn(off, '/etc/nginx/conf.d/home.conf')).not.toContain('/alertmgr/');
    expect(textIn(off, '/infra/targets/infra/infra-1.yml')).not.toContain('alertmanager');
  });
});

describe('a host outside INFRA', () => {
  it('gets all but what belongs to INFRA and to the admin host', () => {
    const expected = SERVICES.filter(({ name, phase }) => phase !== 'infra' && name !== 'secrets').map(({ name }) => name);
    expect(labDeclaration('everything', { host: '10.10.10.20', flavor: 'pigsty' }).services).toEqual(expected);
  });
});

describe('the assets of the bundle', () => {
  const written = new Map(filesIn(labDeclaration('default', { flavor: 'pigsty' })).map(([step]) => [step.path, step.content]));
  const assets = [...labAssets()];

  it.each(assets.filter(([path]) => assetKindOf(path) !== 'page'))('%s is put on the host as it is', (path, content) => {
    expect(written.get(`/infra/${path}`)).toEqual(content);
  });

  it.each(assets.filter(([path]) => assetKindOf(path) === 'page'))('%s is rendered', (path) => {
    expect(written.has(`/www/${path.replace('portal/', '')}`)).toBe(true);
  });

  it('are refused when one is nothing any component takes', () => {
    const desired = { ...labDesired('default'), assets: new Map([['rules/a b.yml', new Uint8Array()]]) };
    expect(() => declareHost(SERVICES, desired, labFacts())).toThrow('rules/a b.yml');
  });

  it('are not asked for when nothing of a bundle takes any', () => {
    const desired = without('nginx', 'vmalert', 'grafana')(labDesired('default'));
    expect(() => declareHost(SERVICES, desired, labFacts())).not.toThrow();
  });
});
