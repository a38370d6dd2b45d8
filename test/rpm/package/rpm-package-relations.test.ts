import { describe, expect, it } from 'vitest';
import type { RpmDependency, RpmPackage } from '../../../src/rpm/package/rpm-package.ts';
import { rpmPackageRelations } from '../../../src/rpm/package/rpm-package-relations.ts';

function dependency(name: string, version = '', more: Partial<RpmDependency> = {}): RpmDependency {
  const parts = version === '' ? { flags: '', epoch: '', release: '' } : { flags: 'EQ', epoch: '0', release: '1' };
  return { name, version, pre: false, ...parts, ...more } as RpmDependency;
}

function packageWith(lists: Partial<RpmPackage>): RpmPackage {
  const none = { provides: [], requires: [], conflicts: [], obsoletes: [], suggests: [], enhances: [], recommends: [], supplements: [] };
  return { name: 'a', epoch: '0', version: '1', release: '1', arch: 'x86_64', files: [], ...none, ...lists } as unknown as RpmPackage;
}

const relations = (lists: Partial<RpmPackage>) => Object.fromEntries(rpmPackageRelations(packageWith(lists)));

describe('the relations of an RPM', () => {
  it('do not say that it provides itself, which some metadata leaves out', () => {
    const provides = [dependency('a', '1'), dependency('a(x86-64)', '1'), dependency('config(a)', '1'), dependency('a', '2')];
    expect(relations({ provides })).toEqual({ Provides: ['a = 2-1', 'config(a) = 1-1'] });
    expect(relations({ provides: provides.slice(0, 2) })).toEqual({});
  });

  it('are those createrepo_c would publish: without rpm features, its own files, and all but the newest libc', () => {
    const names = ['rpmlib(PayloadIsZstd)', '/etc/own', 'libc.so.6()(64bit)', 'libc.so.6(GLIBC_2.34)(64bit)', 'b'];
    const requires = names.map((name) => dependency(name));
    expect(relations({ requires, files: [{ path: '/etc/own', type: 'file' }] })).toEqual({
      Requires: ['b', 'libc.so.6(GLIBC_2.34)(64bit)'],
    });
  });

  it('do not tell an absent epoch from 0, nor Requires(pre) from Requires', () => {
    const plain = relations({ requires: [dependency('b', '1')] });
    expect(relations({ requires: [dependency('b', '1', { epoch: '', pre: true })] })).toEqual(plain);
    expect(plain).toEqual({ Requires: ['b = 1-1'] });
  });
});
