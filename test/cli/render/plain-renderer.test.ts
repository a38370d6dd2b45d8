import { describe, expect, it } from 'vitest';
import { PlainRenderer } from '../../../src/cli/render/plain-renderer.ts';
import { capture, EVENTS, MIB } from './capture.ts';

describe('plain lines', () => {
  it('tell start, end, retries and warnings, and nothing per file', () => {
    const { written, streams } = capture();
    const renderer = new PlainRenderer(streams, { quiet: false });
    for (const event of EVENTS) renderer.report(event);
    expect(written.err.split('\n')).toEqual([
      'Downloading …',
      'retry 2: http://example.test/a.deb: HTTP 503; again in 500ms',
      'warning: an upstream is unsigned (pin its key)',
      'Downloading: 3 files, 100.0 MiB (4.2s)',
      '',
    ]);
    expect(written.out).toBe('');
  });

  it('give a sign of life with rate and time left during a long phase', () => {
    const { written, streams, tick } = capture();
    const renderer = new PlainRenderer(streams, { quiet: false });
    renderer.report({ type: 'phase.start', phase: 'fetch', title: 'Downloading', totalBytes: 100 * MIB });
    for (let second = 1; second <= 11; second++) {
      tick(1000);
      renderer.report({ type: 'phase.progress', phase: 'fetch', doneBytes: second * 5 * MIB });
    }
    expect(written.err).toContain('Downloading: 50.0 MiB of 100.0 MiB, 5.0 MiB/s, 10.0s left');
  });

  it('keep only warnings when quiet', () => {
    const { written, streams } = capture();
    const renderer = new PlainRenderer(streams, { quiet: true });
    for (const event of EVENTS) renderer.report(event);
    expect(written.err).toBe('warning: an upstream is unsigned (pin its key)\n');
  });
});
