import { describe, expect, it } from 'vitest';
import type { MadeBundle } from '../../../../src/build/make-bundle.ts';
import { buildSummary } from '../../../../src/cli/bundle/render/build-summary.ts';
import type { Lock, LockedUpstream } from '../../../../src/lock/lock.ts';
import { composeToy } from '../../../lab/upstreams/toy-bundle.ts';
import { LOCK } from '../../../lock/toy-lock.ts';

const { index } = composeToy();
const MADE: MadeBundle = {
  index,
  isSigned: false,
  conditions: [],
  bundle: { path: '/out/b.tgz', sha256Path: '/out/b.tgz.sha256', sha256: 'a'.repeat(64), sizeBytes: 1024 },
  treeDir: null,
  lockPath: '/out/b.lock',
  installerPath: null,
};

const linesOf = (made: Partial<MadeBundle> = {}, lock: Partial<Lock> = {}) =>
  buildSummary({ ...MADE, ...made }, { ...LOCK, ...lock }, 61_400).lines;
const upstream = (name: string, trust: LockedUpstream['trust']): LockedUpstream => ({ name, suite: '', rootSha256: '', dateSec: 0, trust });

it('says what was made, what it needs and what to type next', () => {
  expect(linesOf()).toEqual([
    'bundle:    /out/b.tgz',
    `           1.0 KiB, sha256 ${'a'.repeat(64)}`,
    expect.stringMatching(/^packages: {2}2, .*, for d12.x86_64, flavor debian$/),
    'proved:    infra installs on baseline none (3 packages)',
    'trust:     1 of 1 upstreams signed',
    'absent:    grafana (inspect says why)',
    'lock:      /out/b.lock',
    expect.stringMatching(/^took: {6}1/),
    'next:      pigsty-bundle verify /out/b.tgz',
  ]);
});

it('names what hangs on the host, and what to do about it', () => {
  const conditions = Array.from({ length: 9 }, (_, at) => ({ name: `p${at}`, text: '(a if b)' }));
  const lines = linesOf({ conditions });
  expect(lines).toEqual(expect.arrayContaining(['           p0 requires (a if b)', '           … and 1 more']));
  expect(lines.join('\n')).toMatch(/^condition: not for every host[\s\S]*--package[\s\S]*--baseline FILE/m);
  expect(lines.join('\n')).not.toContain('p8');
});

describe('what comes next', () => {
  it.each<[string, Partial<MadeBundle>, readonly string[]]>([
    ['needs the key where it is signed', { isSigned: true }, ['next:      pigsty-bundle verify /out/b.tgz --key KEY.pub.asc']],
    [
      'is the installer where it is beside',
      { installerPath: '/out/pigsty-install-x86_64' },
      ['next:      pigsty-bundle verify /out/b.tgz', '           and on the host:  ./pigsty-install-x86_64 --offline b.tgz'],
    ],
    [
      'can be typed as it stands',
      { bundle: { ...MADE.bundle!, path: '/my out/b.tgz' } },
      ["next:      pigsty-bundle verify '/my out/b.tgz'"],
    ],
  ])('%s', (_, made, lines) => {
    expect(linesOf(made).slice(-lines.length)).toEqual(lines);
  });

  it('is nothing for a tree', () => {
    const lines = linesOf({ bundle: null, treeDir: '/srv/www', lockPath: null });
    expect(lines).toContain('tree:      /srv/www');
    expect(lines.filter((line) => /^(?:next|bundle|lock):/.test(line))).toEqual([]);
  });
});

describe('trust', () => {
  it.each<[string, readonly LockedUpstream[], string]>([
    [
      'names who does not sign',
      [upstream('a', { kind: 'signed', fingerprint: 'F' }), upstream('b', { kind: 'unsigned' })],
      'trust:     1 of 2 upstreams signed; NOT signed: b',
    ],
    ['counts who signs packages only', [upstream('a', { kind: 'packages', fingerprint: 'F' })], 'trust:     1 of 1 upstreams signed'],
    [
      'does not count files',
      [upstream('a', { kind: 'signed', fingerprint: 'F' }), upstream('local', { kind: 'local' })],
      'trust:     1 of 1 upstreams signed; packages given as files are taken as they are',
    ],
  ])('%s', (_, upstreams, line) => {
    expect(linesOf({}, { upstreams })).toContain(line);
  });

  it('tells a key that is weak', () => {
    const upstreams = [upstream('a', { kind: 'signed', fingerprint: 'F', weak: ['key F: it is old'] })];
    expect(linesOf({}, { upstreams })).toContain('weak key:  a: key F: it is old');
  });
});

it('is the same as data', () => {
  expect(buildSummary(MADE, LOCK, 61_400.6).data).toMatchObject({
    bundle: MADE.bundle,
    tree: null,
    lock: '/out/b.lock',
    installer: null,
    id: index.id,
    absent: ['grafana'],
    durationMs: 61_401,
    upstreams: LOCK.upstreams,
  });
});
