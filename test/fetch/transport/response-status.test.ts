import { describe, expect, it } from 'vitest';
import { assertStatus, contentLengthOf } from '../../../src/fetch/transport/response-status.ts';
import type { TransportResponse } from '../../../src/fetch/transport/transport.ts';

function answer(status: number, headers: Readonly<Record<string, string>> = {}): TransportResponse & { discarded: boolean } {
  return {
    status,
    statusText: 'Text',
    url: 'http://m.example.test/a',
    header: (name) => headers[name] ?? null,
    body: (async function* () {})(),
    discarded: false,
    discard() {
      this.discarded = true;
    },
  };
}

describe('assertStatus', () => {
  it('leaves an answer that is accepted to be read', () => {
    const response = answer(206);
    assertStatus(response, [200, 206], 0);
    expect(response.discarded).toBe(false);
  });

  it.each([
    [403, 'missing'],
    [404, 'missing'],
    [410, 'missing'],
    [408, 'busy'],
    [429, 'busy'],
    [500, 'busy'],
    [599, 'busy'],
    [302, 'refused'],
    [401, 'refused'],
    [407, 'refused'],
    [416, 'refused'],
    // Not asked for here, so it is no success either.
    [206, 'refused'],
  ])('%d is %s, and the answer is ended', (status, kind) => {
    const response = answer(status);
    expect(() => assertStatus(response, [200], 0)).toThrow(expect.objectContaining({ kind, message: `${status} Text` }));
    expect(response.discarded).toBe(true);
  });

  it('passes on how long a busy server asks us to wait', () => {
    expect(() => assertStatus(answer(503, { 'retry-after': '7' }), [200], 0)).toThrow(expect.objectContaining({ retryAfterMs: 7000 }));
    expect(() => assertStatus(answer(503), [200], 0)).toThrow(expect.objectContaining({ retryAfterMs: undefined }));
  });

  it.each([
    [401, 'in the URL'],
    [407, 'the proxy'],
  ])('%d says where credentials go: %s', (status, hint) => {
    expect(() => assertStatus(answer(status), [200], 0)).toThrow(expect.objectContaining({ hint: expect.stringContaining(hint) }));
  });
});

it.each([
  ['0', 0],
  ['1234', 1234],
  ['12a', null],
  ['-1', null],
  ['', null],
  ['1'.repeat(16), null],
])('Content-Length %j is %s', (text, expected) => {
  expect(contentLengthOf(answer(200, { 'content-length': text }))).toBe(expected);
});
