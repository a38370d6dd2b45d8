/**
 * xz (https://tukaani.org/xz/xz-file-format.txt) by liblzma: the native binding where it loads, else the same library as WebAssembly, which
 * is as fast but works on the main thread in steps of some milliseconds.
 */
import { readFile } from 'node:fs/promises';
import type { Transform } from 'node:stream';
import { crc32 } from 'node:zlib';
import { outputPiece, throughDecoder } from './through-decoder.ts';

const INPUT_PIECE = 256 * 1024;
const OUTPUT_PIECE = 512 * 1024;
const FOOTER_BYTES = 12;

/** The bytes of every stream in `bytes`, in pieces. Plain `Error`s for anything damaged or cut short. */
export async function* decompressXz(bytes: Uint8Array): AsyncGenerator<Buffer> {
  assertFooter(bytes);
  const native = await loadNative();
  yield* native === undefined
    ? decompressXzWasm(bytes)
    : throughDecoder(native.createUnxz({ chunkSize: outputPiece(bytes) }) as Transform, bytes);
}

/** The native decoder reports no error when its input is cut short. A file that is whole ends with a stream footer (2.1.2). */
function assertFooter(bytes: Uint8Array): void {
  let end = bytes.length;
  // Stream padding: zeros in fours (2.2).
  while (end >= 4 && bytes[end - 1] === 0 && bytes[end - 2] === 0 && bytes[end - 3] === 0 && bytes[end - 4] === 0) end -= 4;
  const footer = Buffer.from(bytes.subarray(Math.max(0, end - FOOTER_BYTES), end));
  const whole =
    footer.length === FOOTER_BYTES && footer.toString('latin1', 10) === 'YZ' && footer.readUInt32LE(0) === crc32(footer.subarray(4, 10));
  if (!whole) throw new Error('unexpected end: no stream footer');
}

type Native = typeof import('node-liblzma');

/** Undefined when there is no prebuilt binding for this CPU and C library. */
async function loadNative(): Promise<Native | undefined> {
  try {
    return await import('node-liblzma');
  } catch {
    return undefined;
  }
}

type Wasm = typeof import('node-liblzma/wasm');
type WasmModule = Awaited<ReturnType<Wasm['initModule']>>;

const WASM_MEMORY_LIMIT = 256 * 1024 * 1024;
const LZMA_CONCATENATED = 0x08;

/** The stream decoder as it is compiled: a 64-bit argument arrives as two halves, which the package's own types and wrapper have wrong. */
type StreamDecoder = (stream: number, memoryLimitLow: number, memoryLimitHigh: number, flags: number) => number;

/** As {@link decompressXz}, without the native binding. */
export async function* decompressXzWasm(bytes: Uint8Array): AsyncGenerator<Buffer> {
  const lzma = await import('node-liblzma/wasm');
  const module = await loadWasm(lzma);
  const stream = new lzma.WasmLzmaStream(module);
  const input = module._malloc(INPUT_PIECE);
  const output = module._malloc(OUTPUT_PIECE);
  try {
    const init = module._lzma_stream_decoder as unknown as StreamDecoder;
    assertCode(init(stream.ptr, WASM_MEMORY_LIMIT, 0, LZMA_CONCATENATED), lzma.LZMA_OK);
    stream.setInput(input, 0);
    for (let at = 0, code: number = lzma.LZMA_OK; code !== lzma.LZMA_STREAM_END; ) {
      if (stream.availIn === 0 && at < bytes.length) {
        const piece = bytes.subarray(at, at + INPUT_PIECE);
        module.HEAPU8.set(piece, input);
        stream.setInput(input, piece.length);
        at += piece.length;
      }
      stream.setOutput(output, OUTPUT_PIECE);
      code = module._lzma_code(stream.ptr, at < bytes.length ? lzma.LZMA_RUN : lzma.LZMA_FINISH);
      const sizeBytes = OUTPUT_PIECE - stream.availOut;
      if (sizeBytes > 0) yield Buffer.from(module.HEAPU8.slice(output, output + sizeBytes));
      if (code !== lzma.LZMA_STREAM_END) assertCode(code, lzma.LZMA_OK);
      await new Promise((resolve) => setImmediate(resolve));
    }
  } finally {
    module._lzma_end(stream.ptr);
    stream.free();
    module._free(input);
    module._free(output);
  }
}

function assertCode(code: number, ok: number): void {
  if (code !== ok) throw new Error(`liblzma error ${code}`);
}

/** The package's own loader fetches a `file:` URL, which Node refuses. */
function loadWasm(lzma: Wasm): Promise<WasmModule> {
  return lzma.initModule(async () => {
    const { default: create } = await import('node-liblzma/wasm/liblzma.js');
    const wasmBinary = await readFile(new URL(import.meta.resolve('node-liblzma/wasm/liblzma.wasm')));
    return (create as unknown as (options: { wasmBinary: Uint8Array }) => Promise<WasmModule>)({ wasmBinary });
  });
}
