import { describe, expect, it } from 'vitest';
import { parseFilelists } from '../../../src/rpm/repodata/filelists.ts';

describe('filelists.xml', () => {
  const xml = (count: number): Buffer =>
    Buffer.from(`<filelists packages="${count}"><package pkgid="${'a'.repeat(64)}" name="a" arch="noarch"><version epoch="0" ver="1" rel="1"/>
      <file>/usr/libexec/a</file><file type="dir">/usr/share/a</file></package>
      <package pkgid="${'b'.repeat(64)}" name="b" arch="noarch"><version epoch="0" ver="1" rel="1"/><file>/x</file></package></filelists>`);

  it('keeps only what is wanted', async () => {
    const found = await parseFilelists(xml(2), (path) => path === '/usr/share/a', { source: 'f' });
    expect(found).toEqual(new Map([['a'.repeat(64), [{ path: '/usr/share/a', type: 'dir' }]]]));
  });

  it('does not mind a wrong number of packages, and passes over one that names none of primary', async () => {
    const text = xml(3)
      .toString()
      .replace(`pkgid="${'b'.repeat(64)}" `, '');
    const found = await parseFilelists(Buffer.from(text), () => true, { source: 'f' });
    expect([...found.keys()]).toEqual(['a'.repeat(64), '']);
  });

  it('refuses what is no XML', async () => {
    await expect(parseFilelists(xml(2).subarray(0, 100), () => true, { source: 'f' })).rejects.toMatchObject({ code: 'INDEX_INVALID' });
  });
});
