/** What the parts of this folder share: the transport, where events go, time, and how many requests run at once. */
import type { LimitFunction } from 'p-limit';
import pLimit from 'p-limit';
import type { Context } from '../base/events.ts';
import { type MirrorHealth, mirrorOf } from './mirror-health.ts';
import type { Store } from './store.ts';
import type { Transport } from './transport.ts';

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
  /** Rounds over all mirrors after the first. */
  readonly retries: number;
  /** Longest time without a byte, the answer's first included. */
  readonly stallMs: number;
  /** True when the network must not be used: roots then come from the store. */
  readonly offline: boolean;
  /** A new number for each fetch, for its events. */
  readonly nextId: () => number;
}

/** Bounds the requests under way: so many per mirror, so many in all. */
export class RequestSlots {
  readonly #perHost: number;
  readonly #total: LimitFunction;
  readonly #hosts = new Map<string, LimitFunction>();

  constructor(perHost: number, total: number) {
    this.#perHost = perHost;
    this.#total = pLimit(total);
  }

  /** Runs `work` once there is room. A mirror's own queue comes first, so that a slow one does not hold the places of the others. */
  run<T>(url: string, work: () => Promise<T>): Promise<T> {
    const mirror = mirrorOf(url);
    let host = this.#hosts.get(mirror);
    if (host === undefined) {
      host = pLimit(this.#perHost);
      this.#hosts.set(mirror, host);
    }
    return host(() => this.#total(work));
  }
}
