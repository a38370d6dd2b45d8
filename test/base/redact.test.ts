/** What redact takes out of a text, and what it leaves alone. */
import { expect, it } from 'vitest';
import { redact } from '../../src/base/redact.ts';

it.each([
  ['GET https://bob:pw@mirror.example.test/x failed', 'GET https://***@mirror.example.test/x failed'],
  ['proxy http://bob@localhost:3128', 'proxy http://***@localhost:3128'],
  ['two: http://a:b@one.example.test and ftp://c:d@two.example.test', 'two: http://***@one.example.test and ftp://***@two.example.test'],
  ['https://example.test/x?token=abc&arch=x86_64', 'https://example.test/x?token=***&arch=x86_64'],
  ['https://example.test/x?a=1&X-Amz-Signature=abc', 'https://example.test/x?a=1&X-Amz-Signature=***'],
])('hides the secrets of %j', (text, expected) => {
  expect(redact(text)).toBe(expected);
});

it.each([
  'https://example.test/pool/main/n/nginx_1.22.1-9+deb12u1_amd64.deb',
  'write to user@example.test',
  'a?keyring=b',
  'line one\n\tline two',
])('leaves %j alone', (text) => {
  expect(redact(text)).toBe(text);
});

it('takes control sequences out, so that a name from metadata cannot move the cursor', () => {
  expect(redact('bad\u001b[2J\u0007name\u009b1m')).toBe('bad[2Jname1m');
});

it('gives the same when asked twice', () => {
  const text = 'https://bob:pw@example.test/?password=x';
  expect(redact(redact(text))).toBe(redact(text));
});
