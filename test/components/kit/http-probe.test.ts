import { expect, it } from 'vitest';
import { httpProbe } from '../../../src/components/kit/http-probe.ts';

it.each([
  ['127.0.0.1:80', 'http://127.0.0.1:80/x'],
  ['[fd00::1]:80', 'http://[fd00::1]:80/x'],
  [':80', 'http://127.0.0.1:80/x'],
])('httpProbe asks what listens at %s under %s', (listen, url) => {
  expect(httpProbe('c', listen, '/x')).toEqual({ id: 'c', component: 'c', kind: 'http', url });
});

it('httpProbe may want a word in the answer', () => {
  expect(httpProbe('c', ':1', '/', 'OK')).toMatchObject({ contains: 'OK' });
});
