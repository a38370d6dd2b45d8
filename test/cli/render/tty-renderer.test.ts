import { describe, expect, it } from 'vitest';
import { TtyRenderer } from '../../../src/cli/render/tty-renderer.ts';
import { capture, EVENTS, TARGETS } from './capture.ts';

describe('a terminal', () => {
  it('shows a bar with bytes while a phase runs and a line when it ended', () => {
    const { written, streams } = capture();
    const renderer = new TtyRenderer({ ...streams, err: { ...streams.err, isTTY: true } });
    for (const event of EVENTS) renderer.report(event);
    renderer.close();
    expect(written.err).toContain('Downloading: 3 files, 100.0 MiB (4.2s)\n');
    expect(written.err).toContain('warning: an upstream is unsigned');
  });

  it('names the target in a run over several', () => {
    const { written, streams } = capture();
    const renderer = new TtyRenderer({ ...streams, err: { ...streams.err, isTTY: true } });
    for (const event of TARGETS) renderer.report(event);
    renderer.close();
    for (const line of [
      'd12.x86_64 (1 of 2)',
      'd12.x86_64: warning: odd',
      'd12.x86_64: Resolving: 3 packages (5ms)',
      'el9.x86_64: error: cannot fetch: [FETCH_NOT_FOUND]',
    ]) {
      expect(written.err).toContain(`${line}\n`);
    }
  });
});
