/** A real HTTP server that knows exactly the paths planned for it: an unplanned request, or a plan never asked, fails the test. */
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

export interface StrictServer {
  readonly url: string;
  readonly port: number;
  /** Every request as `METHOD path range-header`. */
  readonly seen: string[];
  readonly headers: IncomingMessage['headers'][];
  /** Answers to `path` in order; the last one repeats. */
  plan(path: string, ...answers: Answer[]): void;
  /** Throws when something unplanned was asked or something planned was not. */
  assertKept(): void;
  close(): Promise<void>;
}

export async function startServer(tls?: { readonly key: string; readonly cert: string }): Promise<StrictServer> {
  const plans = new Map<string, Answer[]>();
  const asked = new Set<string>();
  const unplanned: string[] = [];
  const seen: string[] = [];
  const headers: IncomingMessage['headers'][] = [];
  const listener: RequestListener = (request, response) => {
    const path = request.url ?? '';
    seen.push(`${path}${request.headers.range === undefined ? '' : ` ${request.headers.range}`}`);
    headers.push(request.headers);
    const answers = plans.get(path);
    const answer = answers !== undefined && answers.length > 1 ? answers.shift() : answers?.[0];
    if (answer === undefined) {
      unplanned.push(path);
      response.writeHead(599).end();
      return;
    }
    asked.add(path);
    answer(request, response);
  };
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls === undefined ? 'http' : 'https'}://localhost:${port}`,
    port,
    seen,
    headers,
    plan: (path, ...answers) => plans.set(path, answers),
    assertKept: () => {
      const idle = [...plans.keys()].filter((path) => !asked.has(path));
      if (unplanned.length > 0 || idle.length > 0) throw new Error(`unplanned: ${unplanned.join(' ')}; never asked: ${idle.join(' ')}`);
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The file as a good mirror serves it: Range, ETag, If-Range, If-None-Match. */
export function serve(bytes: Uint8Array, etag = `"${bytes.length}"`): Answer {
  return (request, response) => {
    if (request.headers['if-none-match'] === etag) {
      response.writeHead(304, { etag }).end();
      return;
    }
    const ifRange = request.headers['if-range'];
    const from = ifRange === undefined || ifRange === etag ? /^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] : undefined;
    if (from === undefined) {
      response.writeHead(200, { 'content-length': bytes.length, etag }).end(bytes);
    } else if (Number(from) >= bytes.length) {
      response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end();
    } else {
      const rest = bytes.subarray(Number(from));
      const range = `bytes ${from}-${bytes.length - 1}/${bytes.length}`;
      response.writeHead(206, { 'content-length': rest.length, 'content-range': range, etag }).end(rest);
    }
  };
}

/** The file without Range, chunked and without a length. */
export function serveChunked(bytes: Uint8Array): Answer {
  return (_, response) => {
    response.writeHead(200);
    response.end(bytes);
  };
}

export function status(code: number, headers: Record<string, string> = {}, body = ''): Answer {
  return (_, response) => {
    response.writeHead(code, headers).end(body);
  };
}

/** Promises all of `bytes`, sends `sent` of them and cuts the connection. */
export function cutAfter(bytes: Uint8Array, sent: number, etag = `"${bytes.length}"`): Answer {
  return (_, response) => {
    response.writeHead(200, { 'content-length': bytes.length, etag });
    response.write(bytes.subarray(0, sent), () => setTimeout(() => response.destroy(), 20));
  };
}

/** Sends `sent` bytes and then nothing, for ever. */
export function stallAfter(bytes: Uint8Array, sent: number): Answer {
  return (_, response) => {
    response.writeHead(200, { 'content-length': bytes.length });
    response.write(bytes.subarray(0, sent));
  };
}
