import { expect, it } from 'vitest';
import { publicArchiveOf } from '../../src/base/public-archives.ts';

it.each([
  ['http://ftp.debian.org/debian/', 'debian'],
  ['http://ftp.de.debian.org/debian', 'debian'],
  ['http://security.debian.org', 'debian-security'],
  ['http://security.debian.org/debian-security', 'debian-security'],
  ['http://de.archive.ubuntu.com/ubuntu/', 'ubuntu'],
  ['https://mirrors.edge.kernel.org/ubuntu', 'ubuntu'],
  ['http://ports.ubuntu.com/ubuntu-ports', 'ubuntu-ports'],
  ['http://archive.debian.org/debian', undefined],
  ['http://snapshot.debian.org/debian', undefined],
  ['http://ftp.debian.org.evil.test/debian', undefined],
  ['http://mirror.example.test/debian', undefined],
  ['file:///srv/debian', undefined],
  ['/srv/debian', undefined],
])('%s is %s', (url, archive) => {
  expect(publicArchiveOf(url)).toBe(archive);
});
