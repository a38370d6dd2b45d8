/**
 * Runs probes on the machine this process is on, each again and again until it passes or its time is over. Nothing but the probed
 * services is contacted.
 */
import { execFile } from 'node:child_process';
import { Resolver } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import * as http from 'node:http';
import * as https from 'node:https';
import { connect, isIP, type LookupFunction } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../../base/errors.ts';
import type { Probe } from '../contract/declaration.ts';

/** How a probe ended. */
export interface ProbeResult {
  readonly id: string;
  readonly component: string;
  readonly ok: boolean;
  /** What came, or what went wrong. */
  readonly detail: string;
  readonly durationMs: number;
}

const DEFAULT_WITHIN_MS = 60_000;
const ATTEMPT_MS = 5_000;
const PAUSE_MS = 250;
const MAX_BODY_BYTES = 1024 * 1024;

/** All probes at the same time; results in the order of the probes. Never throws for a probe that fails. */
export function runProbes(
  probes: readonly Probe[],
  options: { readonly once?: boolean; readonly signal?: AbortSignal } = {},
): Promise<ProbeResult[]> {
  return Promise.all(
    probes.map((probe) => untilPassed(probe, options.once === true ? 0 : (probe.withinMs ?? DEFAULT_WITHIN_MS), options.signal)),
  );
}

async function untilPassed(probe: Probe, withinMs: number, signal: AbortSignal | undefined): Promise<ProbeResult> {
  const started = performance.now();
  const result = (ok: boolean, detail: string): ProbeResult => ({
    id: probe.id,
    component: probe.component,
    ok,
    detail,
    durationMs: Math.round(performance.now() - started),
  });
  for (;;) {
    try {
      return result(true, await attempt(probe));
    } catch (error) {
      const isOver = performance.now() - started + PAUSE_MS > withinMs || signal?.aborted === true;
      if (isOver) return result(false, messageOf(error));
      await delay(PAUSE_MS);
    }
  }
}

/** What was seen when it is right. Throws otherwise. */
function attempt(probe: Probe): Promise<string> {
  switch (probe.kind) {
    case 'http':
      return probeHttp(probe);
    case 'tcp':
      return probeTcp(probe);
    case 'dns':
      return probeDns(probe);
    case 'command':
      return probeCommand(probe);
  }
}

async function probeHttp(probe: Probe & { kind: 'http' }): Promise<string> {
  const url = new URL(probe.url);
  const ca = probe.caFile === undefined ? undefined : await readFile(probe.caFile);
  const { status, body } = await get(url, probe.connect, ca);
  const expected = probe.status ?? [200];
  if (!expected.includes(status)) throw new Error(`${probe.url} answered ${status}, expected ${expected.join(' or ')}`);
  if (probe.contains !== undefined && !body.includes(probe.contains)) throw new Error(`${probe.url} answered without "${probe.contains}"`);
  return `HTTP ${status}`;
}

function get(url: URL, address: string | undefined, ca: Buffer | undefined): Promise<{ status: number; body: string }> {
  const lookup: LookupFunction = (_host, options, callback) => {
    const family = isIP(address ?? '');
    if (options.all === true)
      (callback as unknown as (e: null, list: { address: string; family: number }[]) => void)(null, [{ address: address ?? '', family }]);
    else callback(null, address ?? '', family);
  };
  const settings = {
    timeout: ATTEMPT_MS,
    agent: false as const,
    ...(address === undefined ? {} : { lookup }),
    ...(ca === undefined ? {} : { ca }),
  };
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? https : http).get(url, settings, (response) => {
      const pieces: Buffer[] = [];
      let size = 0;
      response.on('data', (piece: Buffer) => {
        size += piece.length;
        if (size <= MAX_BODY_BYTES) pieces.push(piece);
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(pieces).toString() }));
      response.on('error', reject);
    });
    request.on('timeout', () => request.destroy(new Error(`${url.href} did not answer within ${ATTEMPT_MS} ms`)));
    request.on('error', reject);
  });
}

function probeTcp(probe: Probe & { kind: 'tcp' }): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: probe.host, port: probe.port, timeout: ATTEMPT_MS });
    socket.once('connect', () => {
      socket.destroy();
      resolve('accepts connections');
    });
    socket.once('timeout', () => socket.destroy(new Error(`${probe.host}:${probe.port} did not answer within ${ATTEMPT_MS} ms`)));
    socket.once('error', reject);
  });
}

async function probeDns(probe: Probe & { kind: 'dns' }): Promise<string> {
  const resolver = new Resolver({ timeout: 2_000, tries: 1 });
  resolver.setServers([`${probe.server}:${probe.port ?? 53}`]);
  const answers = (await resolver.resolve4(probe.name)).sort();
  if (!probe.expect.some((address) => answers.includes(address)))
    throw new Error(`${probe.name} resolves to ${answers.join(', ')}, expected ${probe.expect.join(' or ')}`);
  return answers.join(', ');
}

function probeCommand(probe: Probe & { kind: 'command' }): Promise<string> {
  const [program, ...args] = probe.argv;
  return new Promise((resolve, reject) => {
    execFile(program, args, { timeout: ATTEMPT_MS, maxBuffer: MAX_BODY_BYTES }, (error, stdout, stderr) => {
      if (error !== null) reject(new Error(`${probe.argv.join(' ')}: ${(stderr || error.message).trim().slice(-300)}`));
      else resolve(stdout.trim().split('\n')[0]?.slice(0, 120) ?? '');
    });
  });
}
