/** `pigsty-bundle`: the program that runs where there is internet. This file holds little, so that it is there at once. */
import { BUILD_ID } from '../base/build-id.ts';
import { useCompileCache } from './program/compile-cache.ts';

// No top-level await: the published file is CommonJS.
if (BUILD_ID !== null) useCompileCache(process.env, BUILD_ID);
void import('./bundle-program.ts').then(async ({ runBundleProgram }) => {
  process.exitCode = await runBundleProgram(process.argv.slice(2));
});
