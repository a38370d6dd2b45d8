import { describe, expect, it } from 'vitest';
import type { AptPin, UpstreamIndex } from '../../../src/deb/candidates/deb-candidate-pool.ts';
import { DebCandidatePool } from '../../../src/deb/candidates/deb-candidate-pool.ts';
import { stanza, upstream } from '../../support/tiny-archive.ts';

function candidates(upstreams: readonly UpstreamIndex[], pins: readonly AptPin[] = []): string[] {
  const pool = new DebCandidatePool({ arch: 'amd64', upstreams, pins });
  return pool.entry('a').candidates.map((found) => `${found.record.version} ${found.upstream.name}`);
}

const base = (options: Partial<UpstreamIndex> = {}) => upstream('base', [stanza('a 1'), stanza('other 1')], options);
const extra = (options: Partial<UpstreamIndex> = {}) => upstream('extra', [stanza('a 2')], options);

describe('the order of candidates', () => {
  it.each<[string, UpstreamIndex[], AptPin[], string[]]>([
    ['highest version first', [base(), extra()], [], ['2 extra', '1 base']],
    ['a better priority number beats a higher version', [base({ priority: 100 }), extra()], [], ['1 base', '2 extra']],
    ['NotAutomatic comes last', [base(), extra({ notAutomatic: true })], [], ['1 base', '2 extra']],
    [
      'ButAutomaticUpgrades comes before NotAutomatic',
      [upstream('exp', [stanza('a 3')], { notAutomatic: true }), extra({ notAutomatic: true, butAutomaticUpgrades: true })],
      [],
      ['2 extra', '3 exp'],
    ],
    ['a pin raises', [base(), extra()], [{ packages: ['a'], upstream: 'base', priority: 990 }], ['1 base', '2 extra']],
    ['a pin by version', [base(), extra()], [{ packages: ['*'], version: '1*', priority: 990 }], ['1 base', '2 extra']],
    ['a pin below zero forbids', [base(), extra()], [{ packages: ['a'], version: '2', priority: -1 }], ['1 base']],
    ['a pin of another name does nothing', [base(), extra()], [{ packages: ['b*'], priority: -1 }], ['2 extra', '1 base']],
    [
      'the first pin counts',
      [base(), extra()],
      [
        { packages: ['a'], priority: 500 },
        { packages: ['a'], priority: -1 },
      ],
      ['2 extra', '1 base'],
    ],
    ['excludes hide', [base(), extra({ excludes: ['a'] })], [], ['1 base']],
    ['includes hide the rest', [base({ includes: ['oth?r'] }), extra()], [], ['2 extra']],
    ['equal versions: the first upstream', [upstream('x', [stanza('a 1', { Section: 'x' })]), base()], [], ['1 x', '1 base']],
    ['the same file is one candidate', [base(), upstream('copy', [stanza('a 1')])], [], ['1 base']],
    [
      'the same file has the best rank it has anywhere',
      [extra(), base(), upstream('copy', [stanza('a 1')], { priority: 1 })],
      [],
      ['1 base', '2 extra'],
    ],
  ])('%s', (_law, upstreams, pins, expected) => {
    expect(candidates(upstreams, pins)).toEqual(expected);
  });

  it('says why a package is no candidate', () => {
    const upstreams = [base({ excludes: ['a'] }), upstream('arm', [stanza('a 3 arm64')])];
    const { rejected } = new DebCandidatePool({ arch: 'amd64', upstreams }).entry('a');
    expect(rejected).toEqual([
      { label: 'a 1 amd64 [base]', why: 'excluded by the excludes of base' },
      { label: 'a 3 arm64 [arm]', why: 'architecture arm64 is not amd64' },
    ]);
  });
});

describe('describe', () => {
  it('gives what the lock and our own index need', () => {
    const row = stanza('a 1:2.0-1', { 'Installed-Size': '12', 'Multi-Arch': 'same' });
    const pool = new DebCandidatePool({ arch: 'amd64', upstreams: [base(), upstream('pgdg', [row])] });
    const [best] = pool.entry('a').candidates;
    const described = pool.describe(best?.id ?? -1);
    expect(described).toMatchObject({
      name: 'a',
      version: '1:2.0-1',
      arch: 'amd64',
      upstream: 'pgdg',
      path: 'pool/a_2.0-1_amd64.deb',
      sizeBytes: 100,
      installedBytes: 12 * 1024,
      multiArch: 'same',
    });
    expect(described.stanza.toString()).toBe(row);
  });
});
