/**
 * node-fetch behind our {@link Transport}: keep-alive, proxies and extra CAs from the usual variables, redirects followed by our own rules.
 * HTTP/1.1 only, which is what package mirrors speak. Node's own agents know proxies (`proxyEnv`), CONNECT and NO_PROXY included.
 */
import { readFileSync } from 'node:fs';
import type http from 'node:http';
import type https from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex, Readable } from 'node:stream';
import type tls from 'node:tls';
import type { Response } from 'node-fetch';
import { AppError } from '../../base/errors.ts';
import { MirrorFailure } from './mirror-failure.ts';
import type { Transport, TransportRequest, TransportResponse } from './transport.ts';

const MOST_REDIRECTS = 8;
const REDIRECT_STATUS = new Set([301, 302, 303, 307, 308]);

/** How to reach the network. */
export interface HttpTransportOptions {
  /** Where `HTTP_PROXY`, `HTTPS_PROXY`, `NO_PROXY` (either case), `SSL_CERT_FILE` and `CURL_CA_BUNDLE` are read. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** A proxy for both schemes, in place of the variables; `NO_PROXY` still counts. May carry `user:password@`. */
  readonly proxy?: string;
  /** PEM files whose certificates are trusted besides the default roots. */
  readonly caFiles: readonly string[];
  readonly userAgent: string;
  readonly connectTimeoutMs: number;
  /** Open connections per host. */
  readonly connectionsPerHost: number;
}

/** What is loaded for the first request: it takes longer than a resolution that finds everything on this machine. */
interface Network {
  readonly fetch: typeof import('node-fetch').default;
  readonly plain: http.Agent;
  readonly secure: http.Agent;
}

/**
 * A transport with its own pool of connections. `close` drops the idle ones.
 *
 * @throws {AppError} `CONFIG_INVALID` for a CA file we cannot use
 */
export function createHttpTransport(options: HttpTransportOptions): { readonly transport: Transport; readonly close: () => void } {
  const pool = { keepAlive: true, maxSockets: options.connectionsPerHost, proxyEnv: proxyEnvOf(options) };
  const secureContext = secureContextOf(options);
  let network: Promise<Network> | undefined;
  const open = async (): Promise<Network> => {
    const [library, plain, secure] = await Promise.all([import('node-fetch'), import('node:http'), import('node:https')]);
    const securePool = { ...pool, ...(secureContext === undefined ? {} : { secureContext }) } as https.AgentOptions;
    return {
      fetch: library.default,
      plain: withConnectTimeout(new plain.Agent(pool), options.connectTimeoutMs),
      secure: withConnectTimeout(new secure.Agent(securePool), options.connectTimeoutMs),
    };
  };
  return {
    transport: async (request) => {
      network ??= open();
      return followRedirects(request, options.userAgent, await network);
    },
    close: () => {
      void network?.then(({ plain, secure }) => {
        plain.destroy();
        secure.destroy();
      });
    },
  };
}

async function followRedirects(
  request: TransportRequest,
  userAgent: string,
  { fetch, plain, secure }: Network,
): Promise<TransportResponse> {
  const agent = (at: URL): http.Agent => (at.protocol === 'https:' ? secure : plain);
  let url = new URL(request.url);
  const authorization = takeCredentials(url);
  const { origin } = url;
  for (let hops = 0; ; hops += 1) {
    const headers: Record<string, string> = { ...request.headers, 'user-agent': userAgent, 'accept-encoding': 'identity' };
    // Credentials are sent only to the host they were given for, never to one it redirects to.
    if (authorization !== undefined && url.origin === origin) headers.authorization = authorization;
    const response = await fetch(url, { headers, agent, redirect: 'manual', compress: false, signal: request.signal });
    const location = response.headers.get('location');
    if (!REDIRECT_STATUS.has(response.status) || location === null) return toResponse(response, url.href);
    discard(response);
    if (hops >= MOST_REDIRECTS) throw new MirrorFailure('refused', `more than ${MOST_REDIRECTS} redirects`);
    url = nextUrl(url, location, request.digestKnown);
  }
}

/**
 * Where a redirect leads, if we may follow: http(s) only, and never from https to http unless a digest will tell us the bytes are right.
 */
function nextUrl(from: URL, location: string, digestKnown: boolean): URL {
  let to: URL;
  try {
    to = new URL(location, from);
  } catch (error) {
    throw new MirrorFailure('refused', 'redirects to something that is no URL', { cause: error });
  }
  if (to.protocol !== 'http:' && to.protocol !== 'https:') throw new MirrorFailure('refused', `redirects to ${to.protocol}`);
  if (from.protocol === 'https:' && to.protocol === 'http:' && !digestKnown) {
    throw new MirrorFailure('refused', `redirects from https to http (${to.host}) for a file without a known digest`);
  }
  takeCredentials(to);
  return to;
}

/** Removes `user:password@` from `url` and returns it as the value of an Authorization header. */
function takeCredentials(url: URL): string | undefined {
  if (url.username === '' && url.password === '') return undefined;
  const plain = `${unescaped(url.username)}:${unescaped(url.password)}`;
  url.username = '';
  url.password = '';
  return `Basic ${Buffer.from(plain).toString('base64')}`;
}

/** A `%` that begins no escape is one: passwords have them. */
function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function toResponse(response: Response, url: string): TransportResponse {
  return {
    status: response.status,
    statusText: response.statusText,
    url,
    header: (name) => response.headers.get(name),
    body: (response.body ?? []) as AsyncIterable<Uint8Array>,
    discard: () => discard(response),
  };
}

/** Ends an answer we do not want. A short body (an error page) is read so that the connection can be used again. */
function discard(response: Response): void {
  const body = response.body as Readable | null;
  if (body === null) return;
  body.on('error', () => undefined);
  const length = Number(response.headers.get('content-length') ?? Number.NaN);
  if (length <= 64 * 1024) body.resume();
  else body.destroy();
}

function proxyEnvOf({ env, proxy }: HttpTransportOptions): NodeJS.ProcessEnv {
  const pick = (name: string): string | undefined => env[name.toLowerCase()] || env[name.toUpperCase()] || undefined;
  const chosen: NodeJS.ProcessEnv = {};
  const set = (name: string, value: string | undefined): void => {
    if (value !== undefined) chosen[name] = value;
  };
  for (const name of ['http_proxy', 'https_proxy']) {
    const value = proxy ?? pick(name);
    set(name, value === undefined ? undefined : usableProxy(value, proxy === undefined ? name : 'the proxy setting'));
  }
  set('no_proxy', pick('no_proxy'));
  return chosen;
}

/** `proxy:3128` means `http://proxy:3128`, as for curl. A proxy that Node's agents would silently ignore is refused. */
function usableProxy(value: string, source: string): string {
  if (value === '') return value;
  const text = value.includes('://') ? value : `http://${value}`;
  const protocol = URL.parse(text)?.protocol;
  if (protocol === 'http:' || protocol === 'https:') return text;
  throw new AppError('CONFIG_INVALID', `cannot use the proxy ${text} (${source})`, { hint: 'give an HTTP proxy: http://host:port' });
}

/** Default roots plus the extra files; undefined when there are none, so that Node keeps its shared default. */
function secureContextOf({ env, caFiles }: HttpTransportOptions): tls.SecureContext | undefined {
  const extra = caFiles.map((path) => readCaFile(path));
  for (const name of ['SSL_CERT_FILE', 'CURL_CA_BUNDLE']) {
    const path = env[name];
    if (path && path !== env.NODE_EXTRA_CA_CERTS) extra.push(readCaFile(path, name));
  }
  if (extra.length === 0) return undefined;
  const tls = process.getBuiltinModule('node:tls');
  try {
    return tls.createSecureContext({ ca: [...tls.getCACertificates('default'), ...new Set(extra)] });
  } catch (error) {
    throw new AppError('CONFIG_INVALID', `no usable PEM certificate in ${caFiles.join(', ') || 'SSL_CERT_FILE'}`, { cause: error });
  }
}

function readCaFile(path: string, variable?: string): string {
  const name = variable === undefined ? path : `${path} (${variable})`;
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new AppError('CONFIG_INVALID', `cannot read the CA file ${name}`, { cause: error, hint: 'check the path given with --ca' });
  }
  if (text.includes('-----BEGIN CERTIFICATE-----')) return text;
  throw new AppError('CONFIG_INVALID', `the CA file ${name} holds no PEM certificate`, {
    hint: 'convert it: openssl x509 -inform der -in FILE',
  });
}

/** A host that swallows packets is given up after `timeoutMs`, not after the kernel's two minutes. */
function withConnectTimeout<A extends http.Agent>(agent: A, timeoutMs: number): A {
  const createConnection = agent.createConnection.bind(agent);
  agent.createConnection = (options, callback): Duplex | null | undefined => {
    const socket = createConnection(options, callback) as Socket | null | undefined;
    if (socket?.connecting) {
      const expire = (): void => {
        socket.destroy(Object.assign(new Error(`no connection after ${timeoutMs / 1000} s`), { code: 'CONNECT_TIMEOUT' }));
      };
      let timer = setTimeout(expire, timeoutMs);
      // Looking a name up waits its turn behind files that are written, in the same few threads: that is no fault of the server.
      socket.once('lookup', () => {
        clearTimeout(timer);
        timer = setTimeout(expire, timeoutMs);
      });
      for (const event of ['connect', 'close'] as const) socket.once(event, () => clearTimeout(timer));
    }
    return socket;
  };
  return agent;
}
