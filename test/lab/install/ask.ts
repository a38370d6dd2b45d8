/** Questions from outside a host, asked by programs inside the lab's network: HTTP, HTTPS held against the CA, DNS, NTP. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Lab } from '../hosts/lab.ts';

/** An answer. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Where to connect, and whom to trust. */
export interface AskOptions {
  /** Connects to this address, whatever the name in the URL says. */
  readonly at?: string;
  /** The only CA trusted, a file. */
  readonly caFile?: string;
}

/** GET without following redirects. Status 0 with curl's message when there is no answer. */
export async function get(lab: Lab, url: string, { at, caFile }: AskOptions = {}): Promise<Answer> {
  const { hostname, port, protocol } = new URL(url);
  const resolve = at === undefined ? [] : ['--resolve', `${hostname}:${port || (protocol === 'https:' ? 443 : 80)}:${at}`];
  const trust = caFile === undefined ? [] : ['--cacert', caFile];
  const result = await lab.run(['curl', '-sS', '--max-time', '60', '-w', '\n%{http_code}', ...resolve, ...trust, url]);
  const end = result.stdout.lastIndexOf('\n');
  const status = Number(result.stdout.slice(end + 1));
  return { status, body: status === 0 ? result.stderr : result.stdout.slice(0, end) };
}

/** GET of JSON. */
export async function getJson<T>(lab: Lab, url: string): Promise<T> {
  const { status, body } = await get(lab, url);
  if (status !== 200) throw new Error(`${url}: ${status} ${body.slice(0, 300)}`);
  return JSON.parse(body) as T;
}

/** IPv4 addresses of a name, as one name server has them. */
export async function resolveAt(lab: Lab, server: string, name: string): Promise<string[]> {
  const script = `const { Resolver } = require('node:dns').promises; const r = new Resolver({ timeout: 5000, tries: 12 }); r.setServers([process.argv[1]]);
r.resolve4(process.argv[2]).then((list) => console.log(JSON.stringify(list)));`;
  return JSON.parse(await lab.mustRun([process.execPath, '-e', script, server, name])) as string[];
}

/** Stratum a time server answers with (RFC 5905, figure 8), how far its clock is from ours in seconds, and how far off that may be. */
export async function askTime(lab: Lab, server: string): Promise<{ stratum: number; offsetSec: number; tripSec: number }> {
  const script = `const socket = require('node:dgram').createSocket('udp4'); const query = Buffer.alloc(48); query[0] = 0x23; const startedMs = Date.now();
socket.on('message', (m) => { console.log(JSON.stringify({ stratum: m[1], offsetSec: m.readUInt32BE(40) - 2208988800 - Date.now() / 1000, tripSec: (Date.now() - startedMs) / 1000 })); socket.close(); });
const ask = () => socket.send(query, 123, process.argv[1]); ask(); setInterval(ask, 1000).unref(); setTimeout(() => process.exit(1), 60000).unref();`;
  return JSON.parse(await lab.mustRun([process.execPath, '-e', script, server])) as { stratum: number; offsetSec: number; tripSec: number };
}

/** What is only late on a busy machine has come by then. */
const LIMIT_MS = 240_000;

/** Asks again until `isGood`, or until it is clear that it never will be; then fails with the last answer. */
export async function until<T extends object | number>(what: string, ask: () => Promise<T>, isGood: (answer: T) => boolean): Promise<T> {
  const end = Date.now() + LIMIT_MS;
  for (;;) {
    const answer = await ask().catch((error: unknown) => String(error));
    if (typeof answer !== 'string' && isGood(answer)) return answer;
    if (Date.now() > end) throw new Error(`${what}: still ${JSON.stringify(answer).slice(0, 1000)} after ${LIMIT_MS} ms`);
    await sleep(200);
  }
}
