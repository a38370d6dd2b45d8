/**
 * Remembers that the root of an upstream was verified, so that the next run need not load a library and do the same arithmetic over the
 * same bytes. What is remembered belongs to these very bytes, this signature, what the manifest says of trust, the bytes of every place the
 * keys were looked for in, the day (keys expire), and this build of the program: when one of them is another, the signature is checked
 * again.
 */
import { createHash } from 'node:crypto';
import { BUILD_ID } from '../base/build-id.ts';
import type { Event, RunContext } from '../base/events.ts';
import type { ResolvedUpstream } from '../config/manifest/distro-manifest.ts';
import type { UpstreamTrust } from '../lock/lock.ts';
import { readDerived, writeDerived } from '../store/derived-cache.ts';
import type { Downloader } from './downloader.ts';
import type { KeyPlace } from './key-loader.ts';

/** What came of verifying a root. */
export interface VerifiedRoot {
  readonly trust: UpstreamTrust;
  /** What was signed, for a clear-signed root; null for one that stands beside its signature. */
  readonly text: string | null;
}

/** What was verified, and by which rules. */
export interface StampInput {
  readonly upstream: ResolvedUpstream;
  /** SHA-256 of the root, and of its signature where that is a file of its own. */
  readonly digests: readonly string[];
  /** Names the rules signatures are held to. */
  readonly rules: string;
  readonly downloader: Downloader;
  readonly context: RunContext;
  /** Of a program that is not built nothing is remembered. */
  readonly buildId?: string | null;
}

interface Stamp extends VerifiedRoot {
  readonly places: readonly KeyPlace[];
  /** What was said about the keys, to be said again. */
  readonly said: readonly Event[];
}

const KIND = 'verified-roots';
const DAY_SEC = 86_400;

/**
 * What `verify` says, or said before. It must report with the context it is given. @throws what `verify` throws; that is never remembered.
 */
export async function withTrustStamp(input: StampInput, verify: (context: RunContext) => Promise<VerifiedRoot>): Promise<VerifiedRoot> {
  const { upstream, downloader, context, buildId = BUILD_ID } = input;
  if (buildId === null) return verify(context);
  const key = keyOf(input, buildId);
  const kept = await readStamp(downloader, key);
  if (kept !== null && (await downloader.keys.areAsBefore(kept.places))) {
    for (const event of kept.said) context.report(event);
    return kept;
  }
  const said: Event[] = [];
  const listen = (event: Event) => {
    if (event.type === 'warning' || event.type === 'note') said.push(event);
    context.report(event);
  };
  const { trust, text } = await verify({ ...context, report: listen });
  const stamp: Stamp = { trust, text, said, places: downloader.keys.placesOf(upstream) };
  await writeDerived(downloader.store, KIND, key, Buffer.from(JSON.stringify(stamp)));
  return stamp;
}

function keyOf({ upstream, digests, rules, context }: StampInput, buildId: string): string {
  const day = Math.floor(context.nowSec / DAY_SEC);
  const parts = [buildId, upstream.name, upstream.trust, digests, rules, day];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

async function readStamp({ store }: Downloader, key: string): Promise<Stamp | null> {
  const kept = await readDerived(store, KIND, key);
  return kept === undefined ? null : (JSON.parse(kept.toString('utf8')) as Stamp);
}
