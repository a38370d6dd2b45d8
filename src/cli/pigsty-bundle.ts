/** `pigsty-bundle`: the program that runs where there is internet. This file holds little, so that it is there at once. */
import { BUILD_ID } from '../base/build-id.ts';
import { useCompileCache } from './program/compile-cache.ts';

/** The exit code. What was answered before is answered again, and all the rest is not even loaded. */
async function run(argv: readonly string[]): Promise<number> {
  if (BUILD_ID !== null) {
    useCompileCache(process.env, BUILD_ID);
    if (argv[0] === 'resolve' && (await isRepeated(argv, BUILD_ID))) return 0;
  }
  const { runBundleProgram } = await import('./bundle-program.ts');
  return runBundleProgram(argv);
}

async function isRepeated(argv: readonly string[], buildId: string): Promise<boolean> {
  const { repeatAnswer } = await import('./bundle/repeat-answer.ts');
  const nowSec = Math.floor(Date.now() / 1000);
  const streams = { out: process.stdout, err: process.stderr, nowMs: () => performance.now() };
  return repeatAnswer({ buildId, argv, cwd: process.cwd(), env: process.env, nowSec }, streams);
}

// No top-level await: the published file is CommonJS.
void run(process.argv.slice(2)).then((exitCode) => {
  process.exitCode = exitCode;
});
