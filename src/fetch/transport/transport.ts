/** The network as a port: one request, one answer. An implementation may use the network, the disk, or refuse. */
import { AppError } from '../../base/errors.ts';
import { redact } from '../../base/redact.ts';

/** One GET. */
export interface TransportRequest {
  /** Absolute; may carry `user:password@`, which becomes an Authorization header for this origin only. */
  readonly url: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** True when the bytes will be compared with a digest, so that a redirect from https to http is no risk. */
  readonly digestKnown: boolean;
}

/** An answer whose body has not been read yet. Read it to its end or call `discard`. */
export interface TransportResponse {
  readonly status: number;
  readonly statusText: string;
  /** Where the answer came from, after redirects. */
  readonly url: string;
  header(name: string): string | null;
  readonly body: AsyncIterable<Uint8Array>;
  discard(): void;
}

/** Answers requests. Rejects with `MirrorFailure` or a system error when there is no answer. */
export type Transport = (request: TransportRequest) => Promise<TransportResponse>;

/** A transport that never leaves the machine. @throws {AppError} `FETCH_OFFLINE`, always */
export const offlineTransport: Transport = async ({ url }) => {
  throw new AppError('FETCH_OFFLINE', `not asking ${redact(url)}: offline`, {
    hint: 'run once without --offline, or point the upstream at a file:// mirror',
  });
};

/** `file:` to the first, everything else to the second. */
export function chooseTransport(file: Transport, network: Transport): Transport {
  return (request) => (request.url.startsWith('file:') ? file(request) : network(request));
}
