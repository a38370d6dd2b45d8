import { describe, expect, it } from 'vitest';
import { formatSignaturePacket, parseSignaturePacket, signatureWeakness } from '../../../src/rpm/package/signature-packet.ts';

describe('signature packets', () => {
  it.each([
    ['DSA over SHA-256', [4, 0, 17, 8], 'V4 DSA/SHA-256', true],
    ['RSA over SHA-1', [4, 0, 1, 2], 'V4 RSA/SHA-1', true],
    ['RSA over SHA-256', [4, 0, 1, 8], 'V4 RSA/SHA-256', false],
    ['EdDSA over SHA-512', [4, 0, 22, 10], 'V4 EdDSA/SHA-512', false],
    ['version 6', [6, 0, 27, 10], 'V6 Ed25519/SHA-512', false],
  ])('%s', (_what, body, label, isWeak) => {
    const packet = parseSignaturePacket(Buffer.from([0xc2, 8, ...body, 0, 0, 0, 0]));
    expect(packet === null ? null : formatSignaturePacket(packet)).toBe(label);
    expect(packet === null ? null : signatureWeakness(packet) !== null).toBe(isWeak);
  });

  it.each([[[]], [[0x88]], [[0x89, 0xff, 0xff, 4]], [[0xc2, 255, 1]], [[0x99, 0, 8, 4, 0, 1, 8, 0, 0, 0, 0]]])('%j is none', (bytes) => {
    expect(parseSignaturePacket(Buffer.from(bytes))).toBeNull();
  });
});
