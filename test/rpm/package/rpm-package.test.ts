import { expect, it } from 'vitest';
import { formatNevra, formatRpmDependency } from '../../../src/rpm/package/rpm-package.ts';
import { toyDependency, toyRpm } from '../../lab/upstreams/toy-rpms.ts';

it.each([
  ['nginx 1.20.1-14.el9 x86_64', 'nginx-1.20.1-14.el9.x86_64'],
  ['nginx 1:1.20.1-14.el9 noarch', 'nginx-1:1.20.1-14.el9.noarch'],
])('prints %s as dnf does', (line, nevra) => {
  expect(formatNevra(toyRpm(line))).toBe(nevra);
});

it.each(['libssl.so.3()(64bit)', 'glibc >= 2.34', 'a = 1:2-3', 'x < 1', '(a if b)'])('prints %s as it is written', (text) => {
  expect(formatRpmDependency(toyDependency(text))).toBe(text);
});
