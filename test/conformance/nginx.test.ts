/** The real nginx reads every portal we write, and serves it: names, mounts, passwords, redirects, TLS. */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer, request } from 'node:http';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { homeServer } from '../../src/components/nginx/home-server.ts';
import { parseInventory } from '../../src/config/inventory/inventory.ts';
import { formatNginxConfig } from '../../src/template/nginx-config.ts';
import { freePorts } from '../lab/free-ports.ts';
import { mustRun, runCommand } from '../lab/hosts/run-command.ts';
import { desiredFrom, INVENTORY_NAMES, labDesired } from '../support/desired-lab.ts';
import { missingPrograms, type RenderedRoot, renderRoot } from '../support/rendered-root.ts';

const NGINX = '/usr/sbin/nginx';
const missing = missingPrograms(NGINX);

describe.skipIf(missing.length > 0)(`nginx reads what we write ${missing.join(' ')}`, () => {
  const roots: RenderedRoot[] = [];
  afterAll(() => {
    for (const root of roots) root.remove();
  });

  it.each(INVENTORY_NAMES)('for the inventory "%s"', async (name) => {
    const root = await renderRoot(name);
    roots.push(root);
    mkdirSync(root.at('/run'), { recursive: true });
    mkdirSync(root.at('/var/log/nginx'), { recursive: true });
    const result = await runCommand([NGINX, '-t', '-q', '-c', root.at('/etc/nginx/nginx.conf')]);
    expect(result.stderr.replaceAll(root.directory, '')).not.toMatch(/emerg|alert|conflicting/);
    expect(result.status).toBe(0);
  });
});

const [PORT = 0, TLS_PORT = 0, BACKEND_PORT = 0] = await freePorts(3);

interface Answer {
  readonly status: number;
  readonly location: string | undefined;
  readonly body: string;
}

function get(path: string, host: string, authorization?: string, port = PORT): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = { host, ...(authorization === undefined ? {} : { authorization }) };
    const sent = request({ host: '127.0.0.1', port, path, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, location: response.headers.location, body: Buffer.concat(chunks).toString() }),
      );
    });
    sent.once('error', reject);
    sent.end();
  });
}

const SERVED = `
all:
  children: { infra: { hosts: { 10.10.10.10: { infra_seq: 1 } } } }
  vars:
    nginx_port: ${PORT}
    vmetrics_port: ${BACKEND_PORT}
    nginx_ssl_port: ${TLS_PORT}
    nginx_users: { admin: 'pa$s "w" #' }
    infra_portal:
      home: { domain: i.pigsty, auth: true, config: 'location = /old { auth_basic off; return 301 /zh; }' }
      files: { domain: f.pigsty, path: /www/files, index: true }
      secure: { domain: s.pigsty, path: /www/files, enforce_https: true }
`;

describe.skipIf(missing.length > 0)('nginx serves the portal', () => {
  let root: RenderedRoot;

  beforeAll(async () => {
    root = await renderRoot('served', { inventory: parseInventory(SERVED, 'served.yml') });
    for (const path of ['/run', '/var/log/nginx', '/www/pigsty', '/www/files']) mkdirSync(root.at(path), { recursive: true });
    writeFileSync(root.at('/www/pigsty/repo_complete'), 'complete\n');
    writeFileSync(root.at('/www/pigsty.repo'), '[pigsty]\n');
    writeFileSync(root.at('/www/files/a.txt'), 'a\n');
    await mustRun(['chmod', '-R', 'a+rX', root.directory]);
    await mustRun([NGINX, '-c', root.at('/etc/nginx/nginx.conf')]);
  });

  afterAll(async () => {
    await runCommand([NGINX, '-s', 'stop', '-c', root.at('/etc/nginx/nginx.conf')]);
    // It removes this file when all its processes have ended.
    while (existsSync(pidFile())) await new Promise((resolve) => setTimeout(resolve, 10));
    root.remove();
  });

  function pidFile(): string {
    const config = readFileSync(root.at('/etc/nginx/nginx.conf'), 'utf8');
    return /^pid\s+(\S+);/m.exec(config)?.[1] ?? '';
  }

  const login = (password: string): string => `Basic ${Buffer.from(`admin:${password}`).toString('base64')}`;

  it.each([
    ['repository marker, by address, without password', '/pigsty/repo_complete', '10.10.10.10', 200],
    ['repository file for dnf', '/pigsty.repo', 'i.pigsty', 200],
    ['CA certificate', '/ca.crt', 'i.pigsty', 200],
    ['home page, without password', '/', 'i.pigsty', 401],
    ['home page by its file name, without password', '/index.html', 'i.pigsty', 401],
    ['a component, without password', '/vmetrics/', 'i.pigsty', 401],
    ['status page, on this host', '/nginx', 'i.pigsty', 200],
    ['what only begins like the status page', '/nginx-else', 'i.pigsty', 404],
    ['a listing', '/', 'f.pigsty', 200],
    ['plain HTTP where TLS is enforced', '/x?y=1', 's.pigsty', 301],
  ])('%s', async (_, path, host, status) => {
    expect((await get(path, host)).status).toBe(status);
  });

  it('takes the password of nginx_users, and no other', async () => {
    expect((await get('/', 'i.pigsty', login('pa$s "w" #'))).status).toBe(200);
    expect((await get('/', 'i.pigsty', login('pa$s'))).status).toBe(401);
    expect((await get('/', 'i.pigsty', login('pa$s "w" #'))).body).toContain('<h1>Pigsty</h1>');
  });

  it('redirects to the TLS port with the whole address', async () => {
    expect((await get('/x?y=1', 's.pigsty')).location).toBe(`https://s.pigsty:${TLS_PORT}/x?y=1`);
  });

  describe('behind a forwarded port, as of a tunnel or a container', () => {
    const servers: Server[] = [];
    let forwarded = 0;

    beforeAll(async () => {
      // What a component answers that redirects to its own page.
      servers.push(
        createHttpServer((_, response) => response.writeHead(302, { location: '/vmetrics/vmui/' }).end()).listen(BACKEND_PORT, '127.0.0.1'),
      );
      const tunnel = createServer((socket) => {
        const inside = connect(PORT, '127.0.0.1');
        for (const end of [socket, inside]) end.on('error', () => end.destroy());
        socket.pipe(inside).pipe(socket);
      });
      servers.push(tunnel.listen(0, '127.0.0.1'));
      await Promise.all(servers.map((server) => new Promise((resolve) => server.once('listening', resolve))));
      forwarded = (tunnel.address() as AddressInfo).port;
    });

    afterAll(() => {
      for (const server of servers) server.close();
    });

    it.each([
      ['a directory without its slash', '/pigsty', undefined, '/pigsty/'],
      ['a path of the operator’s own', '/old', undefined, '/zh'],
      ['a component', '/vmetrics/', 'pa$s "w" #', '/vmetrics/vmui/'],
    ])('%s leads to the same address and port', async (_, path, password, expected) => {
      const { status, location } = await get(path, `localhost:${forwarded}`, password && login(password), forwarded);
      expect([301, 302]).toContain(status);
      expect(location).toBeDefined();
      expect(new URL(location ?? '', `http://localhost:${forwarded}${path}`).href).toBe(`http://localhost:${forwarded}${expected}`);
    });

    it('a directory can be listed by following where it leads', async () => {
      const { location = '' } = await get('/pigsty', `localhost:${forwarded}`, undefined, forwarded);
      const there = new URL(location, `http://localhost:${forwarded}/pigsty`);
      expect((await get(there.pathname, there.host, undefined, Number(there.port))).body).toContain('repo_complete');
    });
  });

  it.each([
    ['TLS 1.2', '-tls1_2', 0],
    ['TLS 1.1', '-tls1_1', 1],
  ])('with %s ends with status %s %i', async (_, version, status) => {
    const args = ['openssl', 's_client', '-connect', `127.0.0.1:${TLS_PORT}`, '-servername', 'i.pigsty', '-CAfile', root.at('/www/ca.crt')];
    const result = await runCommand([...args, '-verify_return_error', '-attime', '1800000000', '-cipher', 'ALL@SECLEVEL=0', version]);
    expect(result.status).toBe(status);
  });
});

describe('the home server', () => {
  it('never sends on a name the browser made up', () => {
    const desired = labDesired('everything', { flavor: 'pigsty' });
    const text = formatNginxConfig(homeServer(desired, desired.params.infra_portal.home ?? {}));
    expect(text).toContain('proxy_set_header X-WEBAUTH-USER "";');
  });

  it('mounts only what the bundle has', () => {
    const mounts = (flavor: 'debian' | 'pigsty'): string[] => {
      const desired = desiredFrom(parseInventory(SERVED, 'served.yml'), { flavor });
      const text = formatNginxConfig(homeServer(desired, { domain: 'i.pigsty' }));
      return [...text.matchAll(/location (\/[a-z]+\/) /g)].map((match) => match[1] ?? '');
    };
    expect(mounts('debian')).toEqual(['/vmetrics/', '/vmalert/', '/alertmgr/', '/blackbox/']);
    expect(mounts('pigsty')).toEqual(['/ui/', '/vmetrics/', '/vlogs/', '/vtraces/', '/vmalert/', '/alertmgr/', '/blackbox/']);
  });
});
