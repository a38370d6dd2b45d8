import { describe, expect, it } from 'vitest';
import { PlainRenderer } from '../../../src/cli/render/plain-renderer.ts';
import { capture, EVENTS, MIB, TARGETS } from './capture.ts';

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

  it('name the target in a run over several, and say at once why one failed', () => {
    const failure = ['el9.x86_64: error: cannot fetch: [FETCH_NOT_FOUND]', '  http://host/x', 'hint: look there', ''];
    for (const [quiet, lines] of [
      [
        false,
        [
          'd12.x86_64 (1 of 2)',
          'd12.x86_64: Resolving …',
          'd12.x86_64: warning: odd',
          'd12.x86_64: Resolving: 3 packages (5ms)',
          'el9.x86_64 (2 of 2)',
        ],
      ],
      [true, ['d12.x86_64: warning: odd']],
    ] as const) {
      const { written, streams } = capture();
      const renderer = new PlainRenderer(streams, { quiet });
      for (const event of TARGETS) renderer.report(event);
      expect(written.err.split('\n')).toEqual([...lines, ...failure]);
    }
  });

  it('keep only warnings when quiet', () => {
    const { written, streams } = capture();
    const renderer = new PlainRenderer(streams, { quiet: true });
    for (const event of EVENTS) renderer.report(event);
    expect(written.err).toBe('warning: an upstream is unsigned (pin its key)\n');
  });
});
