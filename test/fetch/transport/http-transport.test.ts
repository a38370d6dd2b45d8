import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, request as httpRequest } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { lab, mirror, someBytes, temporaryDir, wanted } from '../../support/fetch-lab.ts';
import { serve, status } from '../../support/strict-server.ts';
import { hasTool } from '../has-tool.ts';

const BYTES = someBytes(1000);
/** Nothing listens there. */
const REFUSING = 'http://127.0.0.1:1';

it('takes a password with a "%" that begins no escape for what it is', async () => {
  const server = await mirror();
  server.plan('/a.deb', serve(BYTES));
  const { fetcher } = await lab();
  await fetcher.fetchBlob(wanted(BYTES, `http://bob:100%@localhost:${server.port}/a.deb`));
  expect(server.headers[0]?.authorization).toBe(`Basic ${Buffer.from('bob:100%').toString('base64')}`);
});

describe('redirects', () => {
  it('are followed to another host, which does not get the credentials', async () => {
    const [one, two] = [await mirror(), await mirror()];
    one.plan('/a.deb', status(302, { location: `${two.url}/b.deb` }));
    two.plan('/b.deb', serve(BYTES));
    const { fetcher } = await lab();
    await fetcher.fetchBlob(wanted(BYTES, `http://bob:s%40cret@localhost:${one.port}/a.deb`));
    expect(one.headers[0]?.authorization).toBe(`Basic ${Buffer.from('bob:s@cret').toString('base64')}`);
    expect(two.headers[0]?.authorization).toBeUndefined();
  });

  it('are followed when relative, and end after eight', async () => {
    const server = await mirror();
    server.plan('/a', status(301, { location: 'b' }));
    server.plan('/b', serve(BYTES));
    server.plan('/loop', status(307, { location: '/loop' }));
    const { fetcher } = await lab();
    await fetcher.fetchBlob(wanted(BYTES, `${server.url}/a`));
    await expect(fetcher.fetchBlob(wanted(someBytes(1), `${server.url}/loop`))).rejects.toMatchObject({ code: 'FETCH_FAILED' });
    expect(server.seen.filter((path) => path === '/loop')).toHaveLength(9);
  });

  it.each(['file:///etc/passwd', 'data:,x', 'http://['])('to %s are refused', async (location) => {
    const server = await mirror();
    server.plan('/a', status(302, { location }));
    const { fetcher } = await lab();
    await expect(fetcher.fetchBlob(wanted(BYTES, `${server.url}/a`))).rejects.toMatchObject({
      code: 'FETCH_FAILED',
      message: expect.stringContaining('redirects to'),
    });
  });
});

const openssl = hasTool('openssl', 'version');

describe.runIf(openssl)('TLS', () => {
  async function certificate() {
    const dir = await temporaryDir();
    const [key, cert] = [join(dir, 'key.pem'), join(dir, 'cert.pem')];
    const args = [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-keyout',
      key,
      '-out',
      cert,
      '-days',
      '30',
    ];
    execFileSync('openssl', [...args, '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'], { stdio: 'ignore' });
    return { caFile: cert, key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
  }

  it('trusts a CA given as file or as SSL_CERT_FILE, and nobody else', async () => {
    const { caFile, ...pair } = await certificate();
    const server = await mirror(pair);
    server.plan('/a', serve(BYTES));
    await (await lab({ caFiles: [caFile] })).fetcher.fetchBlob(wanted(BYTES, `${server.url}/a`));
    await (await lab({ env: { SSL_CERT_FILE: caFile } })).fetcher.fetchBlob(wanted(BYTES, `${server.url}/a`));
    const { fetcher, waits } = await lab();
    await expect(fetcher.fetchBlob(wanted(BYTES, `${server.url}/a`))).rejects.toMatchObject({
      code: 'FETCH_FAILED',
      hint: expect.stringContaining('--ca'),
    });
    expect(waits).toEqual([]);
    expect(server.seen).toHaveLength(2);
  });

  it('may be left by a redirect only when a digest protects the bytes', async () => {
    const { caFile, ...pair } = await certificate();
    const [secure, plain] = [await mirror(pair), await mirror()];
    secure.plan('/a', status(302, { location: `${plain.url}/a` }));
    plain.plan('/a', serve(BYTES));
    const { fetcher } = await lab({ caFiles: [caFile] });
    await fetcher.fetchBlob(wanted(BYTES, `${secure.url}/a`));
    const root = { urls: [`${secure.url}/a`], maxBytes: 2000, label: 'InRelease' };
    await expect(fetcher.fetchRoot(root)).rejects.toMatchObject({
      code: 'FETCH_FAILED',
      message: expect.stringContaining('https to http'),
    });
  });

  it.each([
    ['a missing file', '/nonexistent/ca.pem'],
    ['a file without certificates', import.meta.filename],
  ])('refuses %s as CA', async (_, caFile) => {
    await expect(lab({ caFiles: [caFile] })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });
});

/** A forwarding proxy that also tunnels; it notes what it was asked. */
async function proxy() {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(`GET ${request.url} ${request.headers['proxy-authorization'] ?? '-'}`);
    const target = new URL(request.url ?? '');
    const upstream = httpRequest({ port: target.port, path: target.pathname, host: 'localhost' }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    upstream.end();
  });
  server.on('connect', (request, client) => {
    seen.push(`CONNECT ${request.url?.replace(/:\d+$/, '')} ${request.headers['proxy-authorization'] ?? '-'}`);
    const upstream = connect(Number(request.url?.split(':')[1]), 'localhost', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.pipe(client).pipe(upstream);
    });
    for (const socket of [client, upstream]) socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { seen, address: `localhost:${(server.address() as AddressInfo).port}` };
}

describe('a proxy', () => {
  it.each(['socks5://127.0.0.1:1080', 'http://', 'ftp://proxy.example.test'])('%s is refused rather than bypassed', async (address) => {
    await expect(lab({ proxy: address })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      hint: expect.stringContaining('http://host:port'),
    });
    await expect(lab({ env: { HTTPS_PROXY: address } })).rejects.toMatchObject({ message: expect.stringContaining('(https_proxy)') });
  });

  it('needs no scheme, as for curl', async () => {
    const { seen, address } = await proxy();
    const server = await mirror();
    server.plan('/a', serve(BYTES));
    await (await lab({ proxy: address })).fetcher.fetchBlob(wanted(BYTES, `${server.url}/a`));
    expect(seen).toHaveLength(1);
  });

  it('of the environment is used with its credentials, except for hosts in NO_PROXY', async () => {
    const server = await mirror();
    server.plan('/a', serve(BYTES));
    const { seen, address } = await proxy();
    const env = { HTTP_PROXY: `http://eve:pw@${address}` };
    await (await lab({ env })).fetcher.fetchBlob(wanted(BYTES, `${server.url}/a`));
    await (await lab({ env: { ...env, NO_PROXY: 'localhost' } })).fetcher.fetchBlob(wanted(BYTES, `${server.url}/a`));
    expect(seen).toEqual([`GET ${server.url}/a Basic ${Buffer.from('eve:pw').toString('base64')}`]);
  });

  it.runIf(openssl)('given by flag tunnels https', async () => {
    const dir = await temporaryDir();
    const [key, cert] = [join(dir, 'key.pem'), join(dir, 'cert.pem')];
    const args = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', key, '-out', cert];
    execFileSync('openssl', [...args, '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'], { stdio: 'ignore' });
    const server = await mirror({ key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') });
    server.plan('/a', serve(BYTES));
    const { seen, address } = await proxy();
    await (await lab({ proxy: `http://${address}`, caFiles: [cert] })).fetcher.fetchBlob(wanted(BYTES, `${server.url}/a`));
    expect(seen).toEqual(['CONNECT localhost -']);
  });
});

describe('hosts that do not answer', () => {
  it('are left for the next mirror at once, and not tried for ever', async () => {
    const server = await mirror();
    const files = Array.from({ length: 20 }, () => someBytes(10));
    files.forEach((bytes, i) => {
      server.plan(`/${i}`, serve(bytes));
    });
    const { fetcher, waits, events } = await lab();
    for (const [i, bytes] of files.entries()) await fetcher.fetchBlob(wanted(bytes, `${REFUSING}/${i}`, `${server.url}/${i}`));
    expect(waits).toEqual([]);
    const dead = events.filter((event) => event.type === 'fetch.start' && event.url.startsWith(REFUSING));
    expect(dead).toHaveLength(3);
  });

  it('fail without further rounds once they are known to be dead', async () => {
    const { fetcher, waits } = await lab();
    for (const path of ['a', 'b']) {
      const request = wanted(someBytes(10), `${REFUSING}/${path}`);
      await expect(fetcher.fetchBlob(request)).rejects.toMatchObject({ code: 'FETCH_FAILED' });
    }
    expect(waits).toEqual([375, 750]);
  });

  it('count as stalled when they accept and stay silent', async () => {
    const silent = createTcpServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void silent.close());
    const server = await mirror();
    server.plan('/a', serve(BYTES));
    const { fetcher } = await lab({ timeouts: { stallMs: 100 } });
    await fetcher.fetchBlob(wanted(BYTES, `http://localhost:${(silent.address() as AddressInfo).port}/a`, `${server.url}/a`));
  });
});

it('keeps credentials out of events, errors and the store', async () => {
  const server = await mirror();
  server.plan('/a?token=hushhush', status(503));
  server.plan('/InRelease', serve(BYTES));
  const { fetcher, events, store } = await lab();
  const place = `http://bob:hushhush@localhost:${server.port}`;
  const error = await fetcher.fetchBlob(wanted(BYTES, `${place}/a?token=hushhush`)).catch((e: unknown) => e);
  await fetcher.fetchRoot({ urls: [`${place}/InRelease`], maxBytes: 5000, label: 'InRelease' });
  const { message, hint, details } = error as { message: string; hint: string; details: unknown };
  expect(message).toContain('localhost');
  expect(JSON.stringify([events, message, hint, details])).not.toContain('hushhush');
  expect(execFileSync('grep', ['-rlc', 'localhost', store.dir], { encoding: 'utf8' })).toContain('roots');
  expect(() => execFileSync('grep', ['-r', 'hushhush', store.dir])).toThrow();
});
