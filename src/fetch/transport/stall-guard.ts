/** Aborts one request when nothing arrives for too long, or when the whole run is interrupted. */
import { interruptedError } from '../../base/interrupted.ts';
import { MirrorFailure } from './mirror-failure.ts';

/** A watch over one request. `signal` goes to the transport; `heard` on every sign of life; `done` when it is over. */
export interface StallGuard {
  readonly signal: AbortSignal;
  heard(): void;
  done(): void;
  /** What to throw in place of the abort error the transport gave; any other error comes back. */
  explain(error: unknown): unknown;
}

/** Starts watching. */
export function guardAgainstStall(stallMs: number, outer: AbortSignal): StallGuard {
  const controller = new AbortController();
  let stalled = false;
  const onOuter = (): void => controller.abort();
  const timer = setTimeout(() => {
    stalled = true;
    controller.abort();
  }, stallMs);
  if (outer.aborted) controller.abort();
  else outer.addEventListener('abort', onOuter, { once: true });
  return {
    signal: controller.signal,
    heard: () => timer.refresh(),
    done: () => {
      clearTimeout(timer);
      outer.removeEventListener('abort', onOuter);
    },
    explain: (error) => {
      if (outer.aborted) return interruptedError(outer);
      return stalled ? new MirrorFailure('interrupted', `nothing received for ${stallMs / 1000} s`, { cause: error }) : error;
    },
  };
}
