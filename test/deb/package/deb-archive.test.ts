import { gunzipSync, gzipSync } from 'node:zlib';
import { Header } from 'tar';
import { describe, expect, it } from 'vitest';
import { type DebBytes, type DecompressMember, readDebArchive } from '../../../src/deb/package/deb-archive.ts';

const CONTROL = 'Package: app\nVersion: 1\nArchitecture: amd64\nDescription: an app\n';

function tarOf(files: Readonly<Record<string, string>>): Buffer {
  const blocks = Object.entries(files).flatMap(([path, text]) => {
    const header = new Header({ path, size: Buffer.byteLength(text), type: 'File', mode: 0o644, mtime: new Date(0) });
    header.encode();
    const body = Buffer.alloc(Math.ceil(Buffer.byteLength(text) / 512) * 512);
    body.write(text);
    return [header.block ?? Buffer.alloc(512), body];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

function arOf(members: readonly (readonly [name: string, bytes: Buffer])[]): Buffer {
  const parts = members.map(([name, bytes]) => {
    const header = `${name.padEnd(16)}${'0'.padEnd(12)}${'0'.padEnd(6)}${'0'.padEnd(6)}${'100644'.padEnd(8)}${String(bytes.length).padEnd(10)}\`\n`;
    return Buffer.concat([Buffer.from(header), bytes, Buffer.alloc(bytes.length % 2, '\n')]);
  });
  return Buffer.concat([Buffer.from('!<arch>\n'), ...parts]);
}

const VERSION = ['debian-binary', Buffer.from('2.0\n')] as const;
const debOf = (files: Readonly<Record<string, string>>) => arOf([VERSION, ['control.tar', tarOf({ './control': CONTROL, ...files })]]);

const decompress: DecompressMember = async (bytes, compression) => (compression === 'gz' ? gunzipSync(bytes) : bytes);

/** Reads a package from memory; a read outside of it fails the test. */
function read(bytes: Buffer) {
  const file: DebBytes = {
    name: 'app.deb',
    sizeBytes: bytes.length,
    read: async (offset, length) => {
      if (offset < 0 || offset + length > bytes.length) throw new Error(`read of ${length} bytes at ${offset}`);
      return bytes.subarray(offset, offset + length);
    },
  };
  return readDebArchive(file, decompress);
}

describe('a package', () => {
  it('gives its control stanza, from any of the compressions', async () => {
    const { stanza, fields, hasMd5sums, conffiles } = await read(debOf({}));
    expect(stanza).toBe(CONTROL);
    expect([fields.get('package'), hasMd5sums, conffiles]).toEqual(['app', false, []]);
    const packed = arOf([VERSION, ['control.tar.gz', gzipSync(tarOf({ control: CONTROL }))]]);
    expect((await read(packed)).stanza).toBe(CONTROL);
  });

  it('passes over members of other names, of odd lengths too', async () => {
    const bytes = arOf([VERSION, ['_odd', Buffer.from('xyz')], ['control.tar/', tarOf({ control: CONTROL })]]);
    expect((await read(bytes)).fields.get('version')).toBe('1');
  });

  it('reads md5sums and conffiles as absolute paths', async () => {
    const md5 = 'a'.repeat(32);
    const { md5sums, hasMd5sums, conffiles } = await read(
      debOf({
        './md5sums': `${md5}  usr/bin/app\n${md5} *./usr/lib/with blank\nnot a line\n`,
        './conffiles': '/etc/app.conf\nremove-on-upgrade /etc/old.conf\n\n',
      }),
    );
    expect([...md5sums]).toEqual([
      ['/usr/bin/app', md5],
      ['/usr/lib/with blank', md5],
    ]);
    expect([hasMd5sums, conffiles]).toEqual([true, ['/etc/app.conf']]);
  });

  it.each([
    ['dpkg-divert --package app --add --rename --divert /usr/bin/x.real /usr/bin/x', ['/usr/bin/x']],
    ['dpkg-divert --add \\\n  "/usr/bin/y"; dpkg-divert --add /bin/z', ['/bin/z', '/usr/bin/y']],
    ['dpkg-divert --remove /usr/bin/x', []],
    ['dpkg-divert --list', []],
    ['echo nothing to do', []],
  ])('finds the diversions of preinst %j', async (script, expected) => {
    expect((await read(debOf({ './preinst': `#!/bin/sh\n${script}\n` }))).diversions).toEqual(expected);
  });
});

describe('a file that is no package', () => {
  const whole = debOf({});

  it.each<[string, Buffer, string]>([
    ['is empty', Buffer.alloc(0), 'no ar archive'],
    ['is something else', Buffer.from('<html>'.repeat(100)), 'no ar archive'],
    ['is cut short', whole.subarray(0, whole.length - 600), 'a damaged ar header'],
    ['has a damaged header', Buffer.concat([whole.subarray(0, 130), Buffer.from('xx'), whole.subarray(132)]), 'a damaged ar header'],
    [
      'is of another format',
      arOf([
        ['debian-binary', Buffer.from('3.0\n')],
        ['control.tar', tarOf({ control: CONTROL })],
      ]),
      'format 2',
    ],
    ['begins with another member', arOf([['control.tar', tarOf({ control: CONTROL })]]), 'format 2'],
    ['has its control packed in another way', arOf([VERSION, ['control.tar.lz4', Buffer.alloc(100)]]), 'known compression'],
    [
      'has too many members before',
      arOf([VERSION, ...Array.from({ length: 20 }, () => ['x', Buffer.alloc(2)] as const)]),
      'known compression',
    ],
    ['has no control file', arOf([VERSION, ['control.tar', tarOf({ other: 'x' })]]), 'no control file'],
    ['has no name', debOf({ './control': 'Package: app\nVersion: 1\n' }), 'control lacks architecture'],
    ['has a damaged control.tar', arOf([VERSION, ['control.tar', tarOf({ control: CONTROL }).fill(0x78, 0, 20)]]), 'damaged control.tar'],
  ])('because it %s is refused', async (_what, bytes, fault) => {
    await expect(read(bytes)).rejects.toMatchObject({
      code: 'PACKAGE_INVALID',
      message: expect.stringMatching(new RegExp(`^app\\.deb is not a usable Debian package: .*${fault}`)),
    });
  });
});
