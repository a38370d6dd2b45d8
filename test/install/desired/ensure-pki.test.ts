import { X509Certificate } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseInventory } from '../../../src/config/inventory/inventory.ts';
import type { Pki } from '../../../src/install/contract/declaration.ts';
import { type Authority, ensureAuthority, ensurePki } from '../../../src/install/desired/ensure-pki.ts';
import { type WantedCertificates, wantedCertificates } from '../../../src/install/desired/wanted-certificates.ts';

const NOW = 1_800_000_000;
const DAY = 86_400;

function wantedFor(vars: string, others: readonly string[] = []): WantedCertificates {
  const inventory = parseInventory(`all: { children: { infra: { hosts: { 10.0.0.1: { infra_seq: 1 } } } }, vars: { ${vars} } }`, 'x');
  const [host] = inventory.hosts;
  if (host === undefined) throw new Error('no host');
  return wantedCertificates(inventory, host, 'node-1', others);
}

function retainedFrom(pki: Pki): Map<string, string> {
  const names = { 'infra.crt': pki.infraCert, 'infra.key': pki.infraKey, 'nginx.crt': pki.nginxCert, 'nginx.key': pki.nginxKey };
  return new Map(Object.entries(names).map(([name, text]) => [`/etc/pigsty/pki/${name}`, text ?? '']));
}

describe('certificates', () => {
  const wanted = wantedFor(
    'infra_portal: { home: { domain: i.pigsty, domains: [Portal.example.test] }, m: { domain: m.pigsty, path: /m } }',
    ['192.0.2.9', 'fd00::9'],
  );
  let authority: Authority;
  let pki: Pki;

  beforeAll(async () => {
    authority = await ensureAuthority(new Map(), wanted, NOW);
    pki = await ensurePki(new Map(), authority, wanted, NOW);
  });

  it('carry every portal name and address of the host, signed by a CA', () => {
    const ca = new X509Certificate(authority.cert);
    const nginx = new X509Certificate(pki.nginxCert ?? '');
    expect(ca.ca).toBe(true);
    expect(nginx.verify(ca.publicKey)).toBe(true);
    expect(nginx.ca).toBe(false);
    for (const name of ['i.pigsty', 'portal.example.test', 'm.pigsty', 'node-1', 'localhost'])
      expect(nginx.checkHost(name), name).toBe(name);
    for (const address of ['10.0.0.1', '127.0.0.1', '192.0.2.9', 'fd00::9']) expect(nginx.checkIP(address), address).toBeDefined();
    expect((Date.parse(nginx.validTo) / 1000 - NOW) / DAY).toBe(397);
  });

  it('are kept while they fit', async () => {
    expect(await ensurePki(retainedFrom(pki), authority, wanted, NOW + 200 * DAY)).toEqual(pki);
  });

  it('of nginx alone are issued anew when a portal name comes', async () => {
    const more = wantedFor('infra_portal: { home: { domain: i.pigsty }, x: { domain: x.pigsty, path: /x } }');
    const next = await ensurePki(retainedFrom(pki), authority, more, NOW);
    expect(next.infraCert).toBe(pki.infraCert);
    expect(new X509Certificate(next.nginxCert ?? '').checkHost('x.pigsty')).toBe('x.pigsty');
  });

  it('are issued anew in the last third of their life, or by another CA', async () => {
    expect((await ensurePki(retainedFrom(pki), authority, wanted, NOW + 270 * DAY)).nginxCert).not.toBe(pki.nginxCert);
    const other = await ensureAuthority(new Map(), wanted, NOW);
    const next = await ensurePki(retainedFrom(pki), other, wanted, NOW);
    expect([next.nginxCert === pki.nginxCert, next.infraCert === pki.infraCert]).toEqual([false, false]);
  });

  it('are issued anew when the kept key is damaged or another’s', async () => {
    const retained = retainedFrom(pki).set('/etc/pigsty/pki/nginx.key', pki.infraKey ?? '');
    expect((await ensurePki(retained, authority, wanted, NOW)).nginxCert).not.toBe(pki.nginxCert);
    expect((await ensurePki(retained.set('/etc/pigsty/pki/nginx.crt', 'x'), authority, wanted, NOW)).nginxKey).toContain(
      'BEGIN PRIVATE KEY',
    );
  });

  it('of nginx do not exist without TLS', () => {
    expect(wantedFor('nginx_sslmode: disable').nginx).toBeNull();
  });

  it.each([
    [
      'kept',
      (a: Authority) => [
        ['ca.crt', a.cert],
        ['ca.key', a.key],
      ],
      null,
    ],
    ['half there', (a: Authority) => [['ca.key', a.key]], 'CONFIG_INVALID'],
    [
      'no CA at all',
      (a: Authority) => [
        ['ca.crt', 'x'],
        ['ca.key', a.key],
      ],
      'CONFIG_INVALID',
    ],
  ])('a CA that is %s', async (_, files, code) => {
    const retained = new Map(files(authority).map(([name, text]) => [`/etc/pigsty/pki/${name}`, text ?? '']));
    const ensured = ensureAuthority(retained, wanted, NOW);
    if (code === null) expect(await ensured).toEqual(authority);
    else await expect(ensured).rejects.toMatchObject({ code });
  });

  it('a CA is not made when ca_create says so', async () => {
    await expect(ensureAuthority(new Map(), wantedFor('ca_create: false'), NOW)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });
});
