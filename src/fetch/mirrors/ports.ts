/** What the parts of this folder share: the transport, where events go, time, and how many requests run at once. */
import type { LimitFunction } from 'p-limit';
import type { Context } from '../../base/events.ts';
import type { Store } from '../../store/store.ts';
import type { Transport } from '../transport/transport.ts';
import type { MirrorHealth } from './mirror-health.ts';
import type { RequestSlots } from './request-slots.ts';

/** Time and chance, injected by tests. */
export interface Clock {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Resolves after `ms`; rejects when `signal` aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<unknown>;
  /** In [0, 1). */
  readonly random: () => number;
}

/** Everything one fetcher owns. */
export interface FetchPorts extends Context {
  readonly store: Store;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly health: MirrorHealth;
  readonly slots: RequestSlots;
  /** Questions to the store before anything is downloaded. Unbounded, those of all files would come before the first download. */
  readonly lookups: LimitFunction;
  /** Whole files on their way from memory to their place in the store. The next download does not wait for them unless they pile up. */
  readonly commits: LimitFunction;
  /** Rounds over all mirrors after the first. */
  readonly retries: number;
  /** Longest time without a byte, the answer's first included. */
  readonly stallMs: number;
  /** True when the network must not be used: roots then come from the store. */
  readonly offline: boolean;
  /** A new number for each fetch, for its events. */
  readonly nextId: () => number;
}
