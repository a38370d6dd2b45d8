import { describe, expect, it } from 'vitest';
import { parseFilelists } from '../../../src/rpm/repodata/filelists.ts';
import { parsePrimary } from '../../../src/rpm/repodata/primary.ts';
import { formatFilelists, formatOther, formatPrimary } from '../../../src/rpm/write/format-packages.ts';
import { toyRpm } from '../../lab/upstreams/toy-rpms.ts';

const file = (path: string) => ({ path, type: 'file' as const });
const PUBLISHED = [
  { pkg: toyRpm('app', { requires: ['/usr/libexec/tool', '(/usr/share/x or (/usr/share/y if z))'] }), files: null },
  {
    pkg: toyRpm('tool 1:2-3 x86_64', { provides: ['lib = 2'], files: ['/usr/bin/tool'] }),
    files: ['/usr/bin/tool', '/usr/libexec/tool', '/usr/share/x', '/usr/share/y', '/usr/share/unwanted'].map(file),
  },
];

describe('primary.xml', () => {
  it('is read back as the packages', async () => {
    const read = await parsePrimary(Buffer.from(formatPrimary(PUBLISHED)), { source: 'ours' });
    expect(read.map(({ name, epoch, requires, provides }) => ({ name, epoch, requires, provides }))).toEqual(
      PUBLISHED.map(({ pkg: { name, epoch, requires, provides } }) => ({ name, epoch, requires, provides })),
    );
  });

  it('lists the usual paths and all that any package requires, also inside rich dependencies', async () => {
    const [, tool] = await parsePrimary(Buffer.from(formatPrimary(PUBLISHED)), { source: 'ours' });
    expect(tool?.files.map(({ path }) => path)).toEqual(['/usr/bin/tool', '/usr/libexec/tool', '/usr/share/x', '/usr/share/y']);
  });

  it('calls SHA-1 by the name metadata has for it', () => {
    const pkg = { ...toyRpm('app'), checksum: { algorithm: 'sha1', hex: 'a'.repeat(40) } as const };
    expect(formatPrimary([{ pkg, files: null }])).toContain('<checksum type="sha" pkgid="YES">');
  });
});

it('filelists.xml has every path', async () => {
  const read = await parseFilelists(Buffer.from(formatFilelists(PUBLISHED)), () => true, { source: 'ours' });
  expect(read.get(PUBLISHED[1]!.pkg.checksum.hex)).toEqual(PUBLISHED[1]!.files);
});

it('other.xml names every package, without changelogs', () => {
  const xml = formatOther(PUBLISHED);
  expect(xml.match(/<package pkgid=/g)).toHaveLength(2);
  expect(xml).toContain('packages="2"');
  expect(xml).not.toContain('<changelog');
});
