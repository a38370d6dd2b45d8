import { describe, expect, it } from 'vitest';
import { RateMeter } from '../../../src/cli/render/rate-meter.ts';

describe('RateMeter', () => {
  it('forgets old samples so that a stall shows', () => {
    const meter = new RateMeter();
    meter.sample(0, 0);
    meter.sample(1000, 1000);
    expect(meter.bytesPerSecond()).toBe(1000);
    meter.sample(9000, 1000);
    expect(meter.bytesPerSecond()).toBe(0);
    expect(meter.remainingMs(2000)).toBeNull();
  });
});
