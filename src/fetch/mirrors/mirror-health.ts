/** What this run knows about each mirror, so that one that fails is asked last and one that cannot be reached is not waited for again. */
import type { MirrorFailure } from '../transport/mirror-failure.ts';

const STRIKES_OUT = 3;
const NO_SUCH_HOST = new Set(['ENOTFOUND', 'EAI_NODATA']);

interface Health {
  /** Failures since the last success. */
  strikes: number;
  /** Of these, how many were connections that could not be made. */
  unreachable: number;
  /** The newest request when the last of them was counted. */
  countedAt: number;
}

/** The mirror a URL belongs to: its origin; all of `file:` is one. */
export function mirrorOf(url: string): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}

/** See the head of the file. One object lives as long as its fetcher. */
export class MirrorHealth {
  readonly #mirrors = new Map<string, Health>();
  #begun = 0;

  /** Numbers a request that begins now: what {@link noteFailure} is told. */
  begin(): number {
    this.#begun += 1;
    return this.#begun;
  }

  /** `urls` with those of healthy mirrors first, otherwise in the order given. */
  order(urls: readonly string[]): string[] {
    const sick = (url: string): boolean => this.#of(url).strikes >= STRIKES_OUT;
    return [...urls.filter((url) => !sick(url)), ...urls.filter(sick)];
  }

  /** True when the mirror never answered and was tried several times: it may be tried once more, but is not waited for. */
  isDead(url: string): boolean {
    return this.#of(url).unreachable >= STRIKES_OUT;
  }

  noteSuccess(url: string): void {
    this.#mirrors.delete(mirrorOf(url));
  }

  /**
   * A file that is missing or damaged says nothing about its mirror and is not counted. Connections that were tried at the same time and
   * failed together count as one: a moment's trouble is no dead mirror, however many files were asked for at that moment.
   */
  noteFailure(url: string, failure: MirrorFailure, request: number): void {
    if (!failure.retryable) return;
    const health = this.#of(url);
    if (failure.kind === 'unreachable' && request <= health.countedAt) return;
    health.countedAt = this.#begun;
    const cause = failure.cause as NodeJS.ErrnoException | undefined;
    const weight = NO_SUCH_HOST.has(cause?.code ?? '') ? STRIKES_OUT : 1;
    health.strikes += weight;
    health.unreachable = failure.kind === 'unreachable' ? health.unreachable + weight : 0;
    this.#mirrors.set(mirrorOf(url), health);
  }

  #of(url: string): Health {
    return this.#mirrors.get(mirrorOf(url)) ?? { strikes: 0, unreachable: 0, countedAt: 0 };
  }
}
