import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src/base/errors.ts';
import { defaultInventory, paramsFor, parseInventory } from '../../../src/config/inventory/inventory.ts';

/** `${admin_ip}` without tripping the linter. */
const ADMIN = '$' + '{admin_ip}';

function faultsOf(text: string): string[] {
  try {
    parseInventory(text, 'pigsty.yml');
  } catch (error) {
    expect(error).toBeInstanceOf(AppError);
    expect((error as AppError).code).toBe('CONFIG_INVALID');
    return ((error as AppError).details?.faults as string[] | undefined) ?? [(error as AppError).message];
  }
  return [];
}

function withVars(vars: string, hosts = '10.0.0.1: { infra_seq: 1 }'): string {
  return `all:\n  children:\n    infra:\n      hosts: { ${hosts} }\n  vars:\n${vars.replaceAll(/^/gm, '    ')}\n`;
}

describe('without a configuration', () => {
  it('there is one INFRA host under its own address, with Pigsty’s defaults', () => {
    const inventory = defaultInventory('192.0.2.7');
    expect(inventory.hosts.map((host) => host.address)).toEqual(['192.0.2.7']);
    expect(paramsFor(inventory, '192.0.2.7')).toMatchObject({
      admin_ip: '192.0.2.7',
      infra_seq: 1,
      nginx_port: 80,
      vmetrics_port: 8428,
      alertmanager_port: 9059,
      infra_portal: { home: { domain: 'i.pigsty' } },
      node_dns_servers: ['192.0.2.7'],
      dns_records: ['192.0.2.7 i.pigsty', '192.0.2.7 m.pigsty supa.pigsty api.pigsty adm.pigsty cli.pigsty ddl.pigsty'],
    });
    expect(inventory.warnings).toEqual([]);
  });

  it('no time source outside the hosts is asked', () => {
    expect(JSON.stringify(defaultInventory('192.0.2.7'))).not.toContain('ntp.org');
  });
});

describe('precedence', () => {
  const text = `
all:
  vars: { vmetrics_port: 1, vlogs_port: 1, vtraces_port: 1, vmalert_port: 1 }
  children:
    infra:
      vars: { vlogs_port: 2, vtraces_port: 2, vmalert_port: 2 }
      hosts: { 10.0.0.1: { infra_seq: 1, vmalert_port: 4 }, 10.0.0.2: { infra_seq: 2 } }
    outer:
      vars: { vtraces_port: 8 }
      children: { inner: { vars: { vtraces_port: 3 }, hosts: { 10.0.0.1: } } }
`;
  const inventory = parseInventory(text, 'pigsty.yml');

  it.each([
    ['all', 'vmetrics_port', '10.0.0.1', 1],
    ['a group over all', 'vlogs_port', '10.0.0.1', 2],
    ['a child group over its parent', 'vtraces_port', '10.0.0.1', 3],
    ['a host over its groups', 'vmalert_port', '10.0.0.1', 4],
    ['only the own groups', 'vtraces_port', '10.0.0.2', 2],
  ] as const)('%s', (_, name, host, value) => {
    expect(paramsFor(inventory, host)[name]).toBe(value);
  });

  it('is Ansible’s also for where and how SSH connects', () => {
    const [host] = parseInventory(
      withVars(
        'ansible_user: deploy\nansible_ssh_private_key_file: ~/.ssh/id',
        '10.0.0.1: { infra_seq: 1, ansible_host: jump.example.test, ansible_port: "2222" }',
      ),
      'x',
    ).hosts;
    expect(host?.connection).toEqual({
      host: 'jump.example.test',
      port: 2222,
      user: 'deploy',
      privateKeyFile: '~/.ssh/id',
      isLocal: false,
    });
  });
});

describe('references', () => {
  it(`${ADMIN} is replaced wherever it stands, also per host`, () => {
    const params = paramsFor(
      parseInventory(
        withVars(
          `infra_portal: { home: { domain: i.pigsty }, m: { domain: m.pigsty, endpoint: "${ADMIN}:9001" } }\nvector_log_endpoint: ["http://${ADMIN}:9428"]`,
        ),
        'x',
      ),
      '10.0.0.1',
    );
    expect(params.infra_portal.m?.endpoint).toBe('10.0.0.1:9001');
    expect(params.vector_log_endpoint).toEqual(['http://10.0.0.1:9428']);
  });

  it.each([
    ['another variable of the host', '"{{ base }}/infra"', '/srv/infra'],
    ['the inventory name', '"/data/{{ inventory_hostname }}"', '/data/10.0.0.1'],
  ])('a bare {{ name }} may be %s', (_, value, expected) => {
    expect(paramsFor(parseInventory(withVars(`base: /srv\ninfra_data: ${value}`), 'x'), '10.0.0.1').infra_data).toBe(expected);
  });

  it.each([
    ['an unknown variable', '"{{ nobody }}"'],
    ['a filter', `"{{ base | default('x') }}"`],
    ['a statement', '"{% if x %}a{% endif %}"'],
    ['itself', '"{{ infra_data }}"'],
  ])('%s is refused, with the place', (_, value) => {
    expect(faultsOf(withVars(`base: /srv\ninfra_data: ${value}`))).toEqual([
      expect.stringMatching(/^pigsty\.yml:7: group all: infra_data: found a reference/),
    ]);
  });

  it('in parameters of other modules are none of our business', () => {
    expect(faultsOf(withVars(`pg_conf: "{{ lookup('env', 'X') }}"\nredis_x: !vault |\n  33`))).toEqual([]);
  });
});

describe('YAML as Ansible reads it', () => {
  it.each([
    ['yes', true],
    ['off', false],
    ['"True"', true],
    ['0', false],
  ])('%s is %s', (word, value) => {
    expect(paramsFor(parseInventory(withVars(`grafana_enabled: ${word}`), 'x'), '10.0.0.1').grafana_enabled).toBe(value);
  });

  it('merge keys work', () => {
    const text = withVars(
      'base: &b { scheme: https, websocket: yes }\ninfra_portal: { home: { domain: i.pigsty }, m: { <<: *b, domain: m.pigsty, endpoint: "10.0.0.1:1" } }',
    );
    expect(paramsFor(parseInventory(text, 'x'), '10.0.0.1').infra_portal.m).toMatchObject({ scheme: 'https', websocket: true });
  });
});

describe('faults', () => {
  it('are reported all at once, each with file, line, group or host, parameter, found and expected', () => {
    const text = withVars(
      'nginx_sslmode: enabel\nadmin_ip: 10.9.9.9\ninfra_portal: { x: { domain: x.pigsty } }\ngrafana_admin_password: 123',
      '10.0.0.1: { infra_seq: 1, nginx_port: 99999 }, 10.0.0.2: { infra_seq: 1 }',
    );
    expect(faultsOf(text)).toEqual(
      expect.arrayContaining([
        'pigsty.yml:4: host 10.0.0.1: nginx_port: found 99999, expected a port from 1 to 65535',
        'pigsty.yml:6: group all: nginx_sslmode: found "enabel", expected one of disable, enable, enforce (did you mean "enable"?)',
        'pigsty.yml:7: group all: admin_ip: found 10.9.9.9, expected the address of a host in group infra (10.0.0.1 10.0.0.2)',
        expect.stringContaining('infra_portal.x: found {"domain":"x.pigsty"}, expected an "endpoint" or a "path" beside the domain'),
        expect.stringContaining('infra_seq: found 1, expected a number that is not that of 10.0.0.1'),
        expect.stringMatching(/^pigsty\.yml:9: group all: grafana_admin_password: found 123/),
      ]),
    );
  });

  it('of one group are told once, however many hosts are in it', () => {
    const hosts = Array.from({ length: 9 }, (_, i) => `10.0.0.${i + 1}: { infra_seq: ${i + 1} }`).join(', ');
    expect(faultsOf(withVars('nginx_port: x', hosts))).toHaveLength(1);
  });

  it.each([
    ['no YAML', 'all: [', 'pigsty.yml'],
    ['no map', '- a', 'expected a map'],
    ['no INFRA host', 'all: { hosts: { 10.0.0.1: {} } }', 'group infra'],
    ['a host name instead of an address', 'all: { children: { infra: { hosts: { web1: { infra_seq: 1 } } } } }', 'ansible_host'],
    ['hosts as a list', 'all: { children: { infra: { hosts: [10.0.0.1] } } }', 'expected a map'],
    ['a secret of ansible-vault', withVars('grafana_admin_password: !vault |\n  6162'), 'ansible-vault secret'],
  ])('%s', (_, text, part) => {
    expect(faultsOf(text).join('\n')).toContain(part);
  });

  it.each([
    ['a line end in an option', 'vmetrics_options: "a\\nb"'],
    ['an open quote in an option', `vmalert_options: "-a='b"`],
    ['a path that climbs', 'infra_data: /data/../etc'],
    ['a path with a semicolon', 'nginx_home: "/www;x"'],
    ['a portal name that leaves its directory', 'infra_portal: { "../x": { domain: x.pigsty, path: /x } }'],
    ['a domain with a brace', 'infra_portal: { x: { domain: "x}", path: /x } }'],
    ['an endpoint with a path', 'infra_portal: { x: { domain: x.pigsty, endpoint: "10.0.0.1:80/x" } }'],
    ['a realm that switches the password off', 'infra_portal: { x: { domain: x.pigsty, path: /x, realm: "off" } }'],
    ['a realm with a variable', 'infra_portal: { x: { domain: x.pigsty, path: /x, realm: "$host" } }'],
    ['text that closes its server', 'infra_portal: { x: { domain: x.pigsty, path: /x, config: "} server {" } }'],
    ['one domain twice', 'infra_portal: { x: { domain: x.pigsty, path: /x }, y: { domain: X.pigsty, path: /y } }'],
    ['a Jinja template', 'infra_portal: { x: { domain: x.pigsty, conf: x.conf } }'],
    ['a hosts record that is none', 'node_etc_hosts: ["10.0.0.1"]'],
    ['a time source with a second line', 'node_ntp_servers: ["server a\\nallow all"]'],
    ['a user name with a colon', 'nginx_users: { "a:b": x }'],
  ])('%s is refused', (_, vars) => {
    expect(faultsOf(withVars(vars))).not.toEqual([]);
  });
});

describe('warnings', () => {
  const inventory = parseInventory(withVars('nginx_prot: 80\nnode_tune: oltp\npg_version: 17\nmy_own: 1'), 'pigsty.yml');

  it('name unknown parameters of our modules once, with the one that was probably meant', () => {
    expect(inventory.warnings).toContain('pigsty.yml:6: group all: nginx_prot: unknown, ignored (did you mean "nginx_port"?)');
  });

  it('name what is left to Pigsty, and nothing of other modules', () => {
    expect(inventory.warnings).toContain('left to Pigsty itself, without effect here: node_tune');
    expect(inventory.warnings.join()).not.toMatch(/pg_version|my_own/);
  });
});

describe('any text', () => {
  it('gives an inventory or an AppError, nothing else', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ maxLength: 200 }), fc.json({ maxDepth: 5 })), (text) => {
        expect(faultsOf(text)).toBeInstanceOf(Array);
      }),
    );
  });
});
