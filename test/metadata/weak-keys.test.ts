import { describe, expect, it } from 'vitest';
import type { Event } from '../../src/base/events.ts';
import { reportWeakKeys } from '../../src/metadata/weak-keys.ts';
import { cryptoPolicyOf } from '../../src/rpm/package/key-policy.ts';
import type { PublicKeys } from '../../src/trust/keyring.ts';
import { generateKey } from '../support/generate-key.ts';

const MADE = new Date('2026-01-01T00:00:00Z');
const NOW_SEC = MADE.getTime() / 1000 + 3600;

/** What is said of a key of `rsaBits` on EL `major`, `laterSec` after it was made. */
async function report(major: number, rsaBits: number, keyExpirationTime = 0, laterSec = 0) {
  const { publicKey } = await generateKey({ rsaBits, date: MADE, keyExpirationTime, config: { minRSABits: 0 } });
  const keyring: PublicKeys = { keys: [publicKey] };
  const fingerprint = publicKey.getFingerprint().toUpperCase();
  const events: Event[] = [];
  const context = {
    report: (event: Event) => void events.push(event),
    signal: new AbortController().signal,
    nowSec: NOW_SEC + laterSec,
    nowMs: () => 0,
  };
  const lasting = await reportWeakKeys('toy', { keyring, fingerprints: [fingerprint] }, cryptoPolicyOf(major), context);
  return { lasting, events, fingerprint };
}

describe('a key', () => {
  it('that the target takes is not spoken of', async () => {
    expect(await report(9, 2048)).toMatchObject({ lasting: [], events: [] });
  });

  it('that the target refuses is a warning with what to do, and a sentence for the lock', async () => {
    const { lasting, events, fingerprint } = await report(9, 1024);
    expect(lasting).toEqual([expect.stringMatching(new RegExp(`^key ${fingerprint}: .*1024`))]);
    expect(events).toEqual([
      {
        type: 'warning',
        code: 'WEAK_KEY',
        message: expect.stringMatching(new RegExp(`^upstream toy: key ${fingerprint}: `)),
        hint: expect.stringContaining('pin it with an overlay'),
      },
    ]);
  });

  it('that only later releases refuse is a note, and in the lock all the same', async () => {
    const { lasting, events } = await report(8, 1024);
    expect(lasting).toHaveLength(1);
    expect(events).toEqual([{ type: 'note', message: expect.stringContaining('upstream toy: key ') }]);
  });

  it('that expired is a warning, but not in the lock: that depends on the day', async () => {
    const { lasting, events } = await report(9, 2048, 86_400, 2 * 86_400);
    expect(lasting).toEqual([]);
    expect(events).toEqual([
      expect.objectContaining({ code: 'WEAK_KEY', hint: 'if toy prolonged or replaced the key, get the present one' }),
    ]);
  });
});
