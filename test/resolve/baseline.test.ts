import { expect, it } from 'vitest';
import { type Baseline, MINIMAL_BASELINE, NO_BASELINE, proofBaselines } from '../../src/resolve/baseline.ts';

const HOST: Baseline = { kind: 'file', name: 'file:0123', path: '/host', bytes: Buffer.alloc(0) };

it.each<[string, readonly Baseline[], readonly string[]]>([
  ['nothing is assumed: a minimal host has to take it too', [NO_BASELINE], ['none', 'minimal']],
  ['both are asked for: each once', [MINIMAL_BASELINE, NO_BASELINE], ['minimal', 'none']],
  ['a minimal host is assumed', [MINIMAL_BASELINE], ['minimal']],
  ['a captured host is assumed: another one is nobody’s business', [HOST], ['file:0123']],
  ['a captured host, and nothing', [HOST, NO_BASELINE], ['file:0123', 'none', 'minimal']],
  ['none at all', [], []],
])('%s', (_, asked, proved) => {
  expect(proofBaselines(asked).map(({ name }) => name)).toEqual(proved);
});
