/** A process of its own that fetches one file: `node fetch-child.ts STORE URL SHA256 SIZE`. Prints what it got as JSON. */
import { createFetcher } from '../../src/fetch/download/fetcher.ts';
import { openStore } from '../../src/store/store.ts';

const [dir = '', url = '', hex = '', size = ''] = process.argv.slice(2);
const fetcher = createFetcher({
  store: await openStore(dir),
  report: () => undefined,
  signal: new AbortController().signal,
  retries: 0,
  timeouts: { stallMs: 15_000 },
});
const blob = await fetcher
  .fetchBlob({ urls: [url], digest: { algorithm: 'sha256', hex }, sizeBytes: Number(size), maxBytes: 1 << 30, label: 'file' })
  .catch((error: { code: string; message: string; hint?: string }) => ({ code: error.code, message: error.message, hint: error.hint }));
fetcher.close();
console.log(JSON.stringify(blob));
