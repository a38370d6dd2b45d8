import { expect, it } from 'vitest';
import { operatorOf, terminalOf } from '../../../src/cli/install/operator.ts';

it('says who is behind sudo, and on which machine', () => {
  const operator = operatorOf({ env: { SUDO_USER: 'ann', USER: 'root' }, nowSec: 5 });
  expect(operator).toMatchObject({ user: 'ann', pid: process.pid, sinceSec: 5 });
  expect(operator.boot).toMatch(/^[0-9a-f-]{36}$/);
  expect(operatorOf({ env: {}, nowSec: 5 }).user).toMatch(/^uid \d+$/);
});

it.each([
  ['/dev/pts/3', 'pts/3'],
  ['/dev/tty1', 'tty1'],
  ['/dev/null', null],
  ['pipe:[1]', null],
])('%s is terminal %s', (device, terminal) => {
  expect(terminalOf(device)).toBe(terminal);
});
