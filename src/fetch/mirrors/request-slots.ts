/** Bounds the requests under way: so many per mirror, as its pace allows, and so many in all. */
import pLimit, { type LimitFunction } from 'p-limit';
import { MirrorFailure } from '../transport/mirror-failure.ts';
import { mirrorOf } from './mirror-health.ts';
import { MirrorPace } from './mirror-pace.ts';

/** One request to one mirror. It calls `answered` when the head of the answer is there; the body may follow. */
export type SlotWork<T> = (answered: () => void) => Promise<T>;

interface MirrorSlots {
  readonly pace: MirrorPace;
  readonly connections: LimitFunction;
  /** Held until the answer. */
  readonly asking: LimitFunction;
}

/** See the head of the file. */
export class RequestSlots {
  readonly #most: number;
  readonly #total: LimitFunction;
  readonly #now: () => number;
  readonly #mirrors = new Map<string, MirrorSlots>();

  /** @param mostPerMirror see `MirrorPace` @param now milliseconds */
  constructor(mostPerMirror: number, total: number, now: () => number) {
    this.#most = mostPerMirror;
    this.#total = pLimit(total);
    this.#now = now;
  }

  /** Runs `work` once there is room. A mirror's own queue comes first, so that a slow one does not hold the places of the others. */
  run<T>(url: string, work: SlotWork<T>): Promise<T> {
    const mirror = this.#slotsOf(mirrorOf(url));
    return mirror.connections(() => untilAnswered(mirror.asking, (answered) => this.#total(() => this.#watch(mirror, work, answered))));
  }

  #slotsOf(name: string): MirrorSlots {
    let mirror = this.#mirrors.get(name);
    if (mirror === undefined) {
      const pace = new MirrorPace(this.#most);
      mirror = { pace, connections: pLimit(pace.connections), asking: pLimit(pace.asking) };
      this.#mirrors.set(name, mirror);
    }
    return mirror;
  }

  async #watch<T>({ pace, connections, asking }: MirrorSlots, work: SlotWork<T>, answered: () => void): Promise<T> {
    const request = pace.begin();
    const askedAtMs = this.#now();
    let answeredAtMs: number | undefined;
    try {
      const value = await work(() => {
        answered();
        if (answeredAtMs !== undefined) return;
        answeredAtMs = this.#now();
        pace.noteAnswer(answeredAtMs - askedAtMs);
      });
      if (answeredAtMs !== undefined) pace.noteBody(this.#now() - answeredAtMs);
      return value;
    } catch (error) {
      if (error instanceof MirrorFailure && isOverload(error)) pace.noteBusy(request);
      throw error;
    } finally {
      connections.concurrency = pace.connections;
      asking.concurrency = pace.asking;
    }
  }
}

/** It says so, or has no time to take a connection. */
function isOverload({ kind, cause }: MirrorFailure): boolean {
  return kind === 'busy' || (cause as NodeJS.ErrnoException | undefined)?.code === 'CONNECT_TIMEOUT';
}

/** Runs `work` with a place of `limit` that it gives back at the latest when it ends, at the earliest when it says so. */
function untilAnswered<T>(limit: LimitFunction, work: SlotWork<T>): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    void limit(
      () =>
        new Promise<void>((answered) => {
          work(answered).then(resolve, reject).finally(answered);
        }),
    );
  });
}
