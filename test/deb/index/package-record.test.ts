import { describe, expect, it } from 'vitest';
import { parseInstalledRecord, parsePackageRecord } from '../../../src/deb/index/package-record.ts';
import { stanza } from '../../support/tiny-archive.ts';

const record = (fields: Readonly<Record<string, string>> = {}) => parsePackageRecord(stanza('nginx 1:1.22-9', fields), 'debian');

describe('a stanza of an index', () => {
  it('gives name, version, place and size', () => {
    expect(record({ 'Installed-Size': '12', Source: 'nginx-src (1.22-8)', Priority: 'important' })).toMatchObject({
      name: 'nginx',
      version: '1:1.22-9',
      arch: 'amd64',
      source: 'nginx-src',
      priority: 'important',
      path: 'pool/nginx_1.22-9_amd64.deb',
      sizeBytes: 100,
      installedBytes: 12 * 1024,
    });
  });

  it.each<[Readonly<Record<string, string>>, object]>([
    [{}, { source: 'nginx', multiArch: 'no', isEssential: false, isProtected: false, installedBytes: 0 }],
    [{ 'Multi-Arch': 'same' }, { multiArch: 'same' }],
    [{ 'Multi-Arch': 'unheard-of' }, { multiArch: 'no' }],
    [{ Essential: 'yes' }, { isEssential: true }],
    [{ Essential: 'no' }, { isEssential: false }],
    [{ Protected: 'yes' }, { isProtected: true }],
    [{ Important: 'Yes' }, { isProtected: true }],
    [{ Filename: './././a.deb' }, { path: 'a.deb' }],
    [{ Filename: '/pool/x.deb' }, { path: 'pool/x.deb' }],
    [{ SHA256: 'AB'.repeat(32) }, { sha256: 'ab'.repeat(32), sha512: '' }],
    [{ SHA512: 'AB'.repeat(64) }, { sha512: 'ab'.repeat(64) }],
    [{ Package: 'My_App' }, { name: 'my_app' }],
    [{ 'Installed-Size': 'much' }, { installedBytes: 0 }],
  ])('with %j is %j', (fields, expected) => {
    expect(record(fields)).toMatchObject(expected);
  });

  it.each([
    [{ Package: 'a b' }, 'package "a b" is not acceptable'],
    [{ Version: '1 2' }, 'version'],
    [{ Version: '1'.repeat(301) }, 'version'],
    [{ Architecture: 'AMD64' }, 'architecture'],
    [{ Architecture: 'any' }, 'architecture'],
    [{ Package: 'a\n b' }, 'package a b: package "a b"'],
    [{ Filename: '../x.deb' }, 'filename'],
    [{ Filename: 'pool/\ufffd.deb' }, 'filename'],
    [{ Size: '0' }, 'size'],
    [{ Size: '1e9' }, 'size'],
    [{ Size: String(65 * 2 ** 30) }, 'size'],
    [{ SHA256: 'a'.repeat(63) }, 'sha256'],
    [{ SHA512: 'a'.repeat(64) }, 'sha512'],
  ])('with %j is refused', (fields, fault) => {
    expect(() => record(fields)).toThrow(expect.objectContaining({ code: 'INDEX_INVALID', message: expect.stringContaining(fault) }));
  });
});

it('with SHA512 and no SHA256 is taken, and the package itself must tell the other', () => {
  const text = stanza('a 1', { SHA512: 'c'.repeat(128) }).replace(/^SHA256:.*\n/m, '');
  expect(parsePackageRecord(text, 'debian')).toMatchObject({ sha256: '', sha512: 'c'.repeat(128), oddities: [] });
});

describe('a stanza of a status file', () => {
  const text = 'Package: own\nStatus: install ok installed\nVersion: 7\nArchitecture: amd64\n';

  it('has neither place nor digest', () => {
    expect(parseInstalledRecord(text, 'host')).toMatchObject({ name: 'own', version: '7', path: '', sha256: '', sizeBytes: 0 });
    expect(() => parsePackageRecord(text, 'host')).toThrow(
      expect.objectContaining({ message: 'host: package own: field filename is missing; field size is missing; field sha256 is missing' }),
    );
  });
});
