/** Which way of telling events suits the output. */
import { NdjsonRenderer } from './ndjson-renderer.ts';
import { PlainRenderer } from './plain-renderer.ts';
import type { Renderer } from './renderer.ts';
import type { RenderStreams } from './streams.ts';

/** Picks NDJSON for `--json`, bars on a terminal, plain lines elsewhere. What draws bars is loaded where there are some. */
export async function createRenderer(
  streams: RenderStreams,
  options: { readonly json: boolean; readonly quiet: boolean },
): Promise<Renderer> {
  if (options.json) return new NdjsonRenderer(streams, options);
  if (streams.err.isTTY && !options.quiet) {
    const { TtyRenderer } = await import('./tty-renderer.ts');
    return new TtyRenderer(streams);
  }
  return new PlainRenderer(streams, options);
}
