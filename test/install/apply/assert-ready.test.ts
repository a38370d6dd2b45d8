import { describe, expect, it } from 'vitest';
import { assertReady } from '../../../src/install/apply/assert-ready.ts';
import type { Prepared } from '../../../src/install/apply/prepare.ts';
import type { Finding } from '../../../src/install/preflight/finding.ts';
import { FakeHost } from '../../support/fake-host.ts';
import { someInput } from '../../support/some-input.ts';

const finding = (id: string, severity: Finding['severity'], advice = 'do it'): Finding => ({ id, severity, evidence: `saw ${id}`, advice });
const check = (findings: readonly Finding[], replace = false): void =>
  assertReady(someInput(new FakeHost(), [], { replace }), { findings } as unknown as Prepared<null>);

describe('a host', () => {
  it('is ready with warnings', () => {
    expect(() => check([finding('a', 'warning'), finding('b', 'info')])).not.toThrow();
  });

  it('is not with errors: all are told, with what to do', () => {
    expect(() => check([finding('a', 'error'), finding('b', 'error', ''), finding('c', 'warning')])).toThrow(
      expect.objectContaining({
        code: 'PREFLIGHT_FAILED',
        message: 'fake is not ready, and nothing was changed:\n  a: saw a\n    → do it\n  b: saw b',
      }),
    );
  });

  it('with another repository needs a yes', () => {
    const other = [finding('other-repository', 'warning')];
    expect(() => check(other)).toThrow(expect.objectContaining({ code: 'CONFIRMATION_NEEDED' }));
    expect(() => check(other, true)).not.toThrow();
  });
});
