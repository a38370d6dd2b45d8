/** Two packages of one installation that ship the same file: found before a host finds it. */
import { describe, expect, it } from 'vitest';
import { assertNoFileConflicts, assertNoRpmFileConflicts } from '../../src/build/check-file-conflicts.ts';
import type { DebContent } from '../../src/build/read-deb-contents.ts';
import type { RpmContent } from '../../src/build/read-rpm-contents.ts';
import type { Lock } from '../../src/lock/lock.ts';
import { LOCK, locked } from '../lock/toy-lock.ts';

interface Toy {
  /** Path → what is in it. */
  readonly files?: Readonly<Record<string, string>>;
  readonly conffiles?: readonly string[];
  readonly diversions?: readonly string[];
  readonly control?: string;
  readonly groups?: readonly string[];
}

function lockOf(toys: Readonly<Record<string, Toy>>): Lock {
  const packages = Object.entries(toys).map(([name, { groups = ['joint'] }]) => locked(name, '1', { solveGroups: groups }));
  return { ...LOCK, packages };
}

function checkDeb(toys: Readonly<Record<string, Toy>>): void {
  const contents = Object.entries(toys).map(
    ([name, { files = {}, conffiles = [], diversions = [], control = '' }]): [string, DebContent] => [
      locked(name, '1').sha256,
      {
        stanza: `Package: ${name}\nVersion: 1\nArchitecture: amd64\n${control}`,
        md5sums: new Map(Object.entries(files)),
        hasMd5sums: true,
        conffiles,
        diversions,
      },
    ],
  );
  assertNoFileConflicts(lockOf(toys), new Map(contents));
}

function checkRpm(toys: Readonly<Record<string, Toy>>): void {
  const contents = Object.entries(toys).map(
    ([name, { files = {} }]) => [locked(name, '1').sha256, { identities: Object.entries(files) }] as unknown as [string, RpmContent],
  );
  assertNoRpmFileConflicts(lockOf(toys), new Map(contents));
}

const BOTH = { files: { '/usr/bin/x': '1' } };

describe('of DEB', () => {
  it.each<[string, Readonly<Record<string, Toy>>]>([
    ['different files', { a: BOTH, b: { files: { '/usr/bin/y': '1' } } }],
    ['groups that are never installed together', { a: { ...BOTH, groups: ['joint'] }, b: { ...BOTH, groups: ['other'] } }],
    ['a file one may replace', { a: BOTH, b: { ...BOTH, control: 'Replaces: a\n' } }],
    ['packages that conflict', { a: BOTH, b: { ...BOTH, control: 'Conflicts: a\n' } }],
    ['a file that is diverted', { a: BOTH, b: { ...BOTH, diversions: ['/usr/bin/x'] } }],
    ['nothing', {}],
  ])('%s may be', (_, toys) => {
    expect(() => checkDeb(toys)).not.toThrow();
  });

  it.each<[string, Readonly<Record<string, Toy>>]>([
    ['a file', { a: BOTH, b: BOTH }],
    ['a file whose content is the same', { a: BOTH, b: { files: { '/usr/bin/x': '1' } } }],
    ['a conffile', { a: { conffiles: ['/usr/bin/x'] }, b: BOTH }],
    ['a file in one of several groups', { a: { ...BOTH, groups: ['joint', 'other'] }, b: { ...BOTH, groups: ['other'] } }],
    ['a file through the merged /usr', { a: BOTH, b: { files: { '/bin/x': '1' } } }],
  ])('%s twice is FILE_CONFLICT with both packages', (_, toys) => {
    expect(() => checkDeb(toys)).toThrow(
      expect.objectContaining({
        code: 'FILE_CONFLICT',
        message: "packages that would overwrite each other's files:\n  /usr/bin/x is in a 1 amd64 and in b 1 amd64",
        hint: expect.stringContaining('dpkg would stop'),
        details: { conflicts: [{ path: '/usr/bin/x', packages: ['a 1 amd64', 'b 1 amd64'] }] },
      }),
    );
  });

  it('is told once, although two groups have both packages', () => {
    const both = { ...BOTH, groups: ['joint', 'other'] };
    expect(() => checkDeb({ a: both, b: both })).toThrow(
      expect.objectContaining({ details: { conflicts: [expect.objectContaining({ path: '/usr/bin/x' })] } }),
    );
  });

  it('shows twenty, and says how many more there are', () => {
    const files = Object.fromEntries(Array.from({ length: 23 }, (_, at) => [`/usr/share/${String(at).padStart(2, '0')}`, '1']));
    expect(() => checkDeb({ a: { files }, b: { files } })).toThrow(/\/usr\/share\/19 is in .*\n {2}… and 3 more$/);
  });

  it('needs every package looked into', () => {
    expect(() => assertNoFileConflicts(lockOf({ a: {} }), new Map())).toThrow('a_1_amd64.deb was not looked into');
  });
});

describe('of RPM', () => {
  it.each<[string, Readonly<Record<string, Toy>>]>([
    ['the same file', { a: BOTH, b: BOTH }],
    ['groups that are never installed together', { a: { ...BOTH, groups: ['x'] }, b: { files: { '/usr/bin/x': '2' }, groups: ['y'] } }],
  ])('%s may be', (_, toys) => {
    expect(() => checkRpm(toys)).not.toThrow();
  });

  it('another file of the same path is FILE_CONFLICT, once', () => {
    const groups = ['joint', 'other'];
    expect(() => checkRpm({ a: { ...BOTH, groups }, b: { files: { '/usr/bin/x': '2' }, groups } })).toThrow(
      expect.objectContaining({
        code: 'FILE_CONFLICT',
        hint: expect.stringContaining('rpm would stop'),
        details: { conflicts: [{ path: '/usr/bin/x', packages: ['a 1 amd64', 'b 1 amd64'] }] },
      }),
    );
  });
});
