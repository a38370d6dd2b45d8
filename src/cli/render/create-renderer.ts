/** Which way of telling events suits the output. */
import { NdjsonRenderer } from './ndjson-renderer.ts';
import { PlainRenderer } from './plain-renderer.ts';
import type { Renderer } from './renderer.ts';
import type { RenderStreams } from './streams.ts';
import { TtyRenderer } from './tty-renderer.ts';

/** Picks NDJSON for `--json`, bars on a terminal, plain lines elsewhere. */
export function createRenderer(streams: RenderStreams, options: { readonly json: boolean; readonly quiet: boolean }): Renderer {
  if (options.json) return new NdjsonRenderer(streams, options);
  if (streams.err.isTTY && !options.quiet) return new TtyRenderer(streams);
  return new PlainRenderer(streams, options);
}
