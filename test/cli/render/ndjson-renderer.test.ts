import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src/base/errors.ts';
import { NdjsonRenderer } from '../../../src/cli/render/ndjson-renderer.ts';
import { capture, EVENTS } from './capture.ts';

describe('NDJSON', () => {
  it('ends with the result, one object a line', () => {
    const { written, streams } = capture();
    const renderer = new NdjsonRenderer(streams);
    for (const event of EVENTS) renderer.report(event);
    renderer.result(['ignored'], { packages: 3 });
    const lines = written.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.at(-1)).toEqual({ type: 'result', packages: 3 });
    expect(lines[0]).toMatchObject({ type: 'phase.start', phase: 'fetch' });
  });

  it('ends a failure with code, exit code and hint', () => {
    const { written, streams } = capture();
    new NdjsonRenderer(streams).failure(new AppError('LOCK_STALE', 'no', { hint: 'resolve' }), 65);
    expect(JSON.parse(written.out)).toEqual({ type: 'exit', exitCode: 65, code: 'LOCK_STALE', message: 'no', hint: 'resolve' });
  });
});
