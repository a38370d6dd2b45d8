import { expect, it } from 'vitest';
import { chooseTransport, offlineTransport, type Transport, type TransportRequest } from '../../../src/fetch/transport/transport.ts';

const request = (url: string): TransportRequest => ({ url, headers: {}, signal: new AbortController().signal, digestKnown: true });

it('offline never leaves the machine, and keeps credentials out of what it says', async () => {
  await expect(offlineTransport(request('https://bob:pw@m.example.test/a.deb'))).rejects.toMatchObject({
    code: 'FETCH_OFFLINE',
    message: 'not asking https://***@m.example.test/a.deb: offline',
  });
});

it.each([
  ['file:///a', 'file'],
  ['http://m.example.test/file:', 'network'],
  ['https://m.example.test/', 'network'],
])('%s goes to %s', async (url, expected) => {
  const naming =
    (name: string): Transport =>
    () =>
      Promise.reject(new Error(name));
  await expect(chooseTransport(naming('file'), naming('network'))(request(url))).rejects.toThrow(expected);
});
