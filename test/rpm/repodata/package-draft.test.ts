import { describe, expect, it } from 'vitest';
import type { RpmDependency } from '../../../src/rpm/package/rpm-package.ts';
import { finishDraft, newDraft, type PackageDraft } from '../../../src/rpm/repodata/package-draft.ts';

const ITSELF: RpmDependency = { name: 'app', flags: 'EQ', epoch: '0', version: '1.0', release: '1.el9', pre: false };
const sound = (more: Partial<PackageDraft> = {}): PackageDraft => ({
  ...newDraft(),
  ...{ name: 'app', epoch: '0', version: '1.0', release: '1.el9', arch: 'noarch', location: 'app.rpm' },
  ...{ algorithm: 'sha256', hex: 'a'.repeat(64) },
  ...more,
});
const lists = (provides: readonly RpmDependency[]) => ({ lists: { ...newDraft().lists, provides } });

describe('a finished package', () => {
  it.each<[string, Partial<PackageDraft>, readonly RpmDependency[]]>([
    ['that provides nothing provides itself', {}, [ITSELF]],
    ['that provides itself does so once', lists([ITSELF]), [ITSELF]],
    ['that provides itself without an epoch does so once', lists([{ ...ITSELF, epoch: '' }]), [{ ...ITSELF, epoch: '' }]],
    ['that provides something else provides itself, too', lists([{ ...ITSELF, version: '2' }]), [{ ...ITSELF, version: '2' }, ITSELF]],
    ['of sources provides nothing', { arch: 'src' }, []],
  ])('%s', (_what, more, provides) => {
    expect(finishDraft(sound(more), ITSELF)).toMatchObject({
      name: 'app',
      checksum: { algorithm: 'sha256', hex: 'a'.repeat(64) },
      provides,
    });
  });

  it('holds nothing of the draft that packages do not have', () => {
    expect(finishDraft(sound(), ITSELF)).not.toHaveProperty('hex');
    expect(finishDraft(sound(), ITSELF)).not.toHaveProperty('lists');
  });
});

it.each<[Partial<PackageDraft>, string]>([
  [{ name: '' }, 'it has no name'],
  [{ release: '' }, 'it has no version or no release'],
  [{ location: '' }, 'it has no location'],
  [{ arch: 'x/y' }, 'its name, version, release or arch holds what none has'],
  [{ release: '1-2' }, 'its version or release holds a hyphen'],
  [{ epoch: '-1' }, 'its epoch is "-1"'],
  [{ epoch: '01' }, 'its epoch is "01"'],
])('%j: %s', (more, fault) => {
  expect(finishDraft(sound(more), ITSELF)).toBe(fault);
});

it('needs a digest that proves something', () => {
  for (const more of [{ algorithm: null }, { hex: 'a' }])
    expect(finishDraft(sound(more), ITSELF)).toMatch(/^it has no digest that proves anything/);
});
