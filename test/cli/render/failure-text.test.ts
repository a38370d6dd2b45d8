import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src/base/errors.ts';
import { failedTargetLines, failureData, failureLines } from '../../../src/cli/render/failure-text.ts';

describe('failureLines', () => {
  it('say what, cause and hint without a stack', () => {
    const error = new AppError('DISK_FULL', '/srv is full', { hint: 'free 3 GiB', cause: new Error('ENOSPC') });
    expect(failureLines(error)).toEqual(['error: /srv is full [DISK_FULL]', 'cause: ENOSPC', 'hint: free 3 GiB']);
  });

  it('put the code behind the first of several lines', () => {
    expect(failureLines(new AppError('SOLVE_UNKNOWN_NAME', 'no upstream has:\n  x'))).toEqual([
      'error: no upstream has: [SOLVE_UNKNOWN_NAME]',
      '  x',
    ]);
  });

  it('tell every host of an aggregate', () => {
    expect(failureLines(new AggregateError([new AppError('STEP_FAILED', 'a'), new AppError('STEP_FAILED', 'b')]))).toHaveLength(2);
  });

  it('call anything unexpected a bug', () => {
    expect(failureLines(new TypeError('x is undefined'))[0]).toContain('this is a bug');
  });
});

it('one target of several that failed has its name in front', () => {
  expect(failedTargetLines('d12.x86_64', { code: 'DISK_FULL', message: 'full:\n  /srv', hint: 'free 3 GiB' })).toEqual([
    'd12.x86_64: error: full: [DISK_FULL]',
    '  /srv',
    'hint: free 3 GiB',
  ]);
  expect(failedTargetLines('d12.x86_64', { code: 'BUG', message: 'oops' })).toEqual(['d12.x86_64: error: oops [BUG]']);
});

describe('failureData', () => {
  it('has code, hint and details of what the world did', () => {
    const error = new AppError('BUNDLE_INVALID', 'no', { hint: 'copy it again', details: { faults: [1] } });
    expect(failureData(error, 65)).toEqual({
      type: 'exit',
      exitCode: 65,
      code: 'BUNDLE_INVALID',
      message: 'no',
      hint: 'copy it again',
      details: { faults: [1] },
    });
  });

  it('calls anything else a bug', () => {
    expect(failureData(new TypeError('x is undefined'), 70)).toEqual({
      type: 'exit',
      exitCode: 70,
      code: 'BUG',
      message: 'x is undefined',
    });
  });
});
