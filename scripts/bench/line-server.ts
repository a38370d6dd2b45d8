/**
 * A web server behind a line of known speed and delay, for fetch.ts: run as a process of its own, so that it does not share our event loop.
 */
import { createServer, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const PIECE_BYTES = 16 * 1024;

/** What is served as `/SIZE/NUMBER`: the same bytes every time, other bytes for each number. */
export function bodyOf(sizeBytes: number, number: number): Buffer {
  return Buffer.alloc(sizeBytes, `file ${number} of the bench\n`);
}

/**
 * Serves on a free port and tells it to the parent. All answers together get `bytesPerSecond`; each begins `delayMs` after it was asked
 * for.
 */
function serve(bytesPerSecond: number, delayMs: number): void {
  let freeAtMs = 0;
  let sending = 0;
  const send = async (response: ServerResponse, body: Buffer): Promise<void> => {
    await sleep(delayMs);
    // An idle line carries nothing later; a busy one loses nothing when this process is woken late.
    if (sending === 0) freeAtMs = Math.max(freeAtMs, performance.now());
    sending += 1;
    response.writeHead(200, { 'content-length': body.length });
    for (let at = 0; at < body.length; at += PIECE_BYTES) {
      const piece = body.subarray(at, at + PIECE_BYTES);
      freeAtMs += (piece.length / bytesPerSecond) * 1000;
      const waitMs = freeAtMs - performance.now();
      // Timers are no finer than this.
      if (waitMs > 1) await sleep(waitMs);
      response.write(piece);
    }
    sending -= 1;
    response.end();
  };
  const server = createServer((request, response) => {
    const [, size, number] = (request.url ?? '').split('/').map(Number);
    void send(response, bodyOf(size ?? 0, number ?? 0));
  });
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    process.send?.(typeof address === 'object' ? address?.port : 0);
  });
}

if (process.argv[1] === import.meta.filename) serve(Number(process.argv[2]), Number(process.argv[3]));
