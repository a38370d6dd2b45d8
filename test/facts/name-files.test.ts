import { expect, it } from 'vitest';
import { nameFiles } from '../../src/facts/name-files.ts';
import { testNonsense } from '../support/fact-cases.ts';

testNonsense(nameFiles);

it('reads the two files', () => {
  expect(nameFiles.parse('/etc/hosts\x00127.0.0.1 localhost\n\0/etc/resolv.conf\0nameserver 192.0.2.1\n\0')).toEqual({
    etcHosts: '127.0.0.1 localhost\n',
    resolvConfText: 'nameserver 192.0.2.1\n',
  });
});

it('a file that is not there is empty', () => {
  expect(nameFiles.parse('/etc/hosts\x00x\n\0').resolvConfText).toBe('');
});
