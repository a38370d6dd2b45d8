/** The JavaScript of both programs: small modules for npm, one file for the executable. */
import { join } from 'node:path';
import { type BuildOptions, build } from 'esbuild';

const COMMON: BuildOptions = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  logLevel: 'warning',
  legalComments: 'none',
  charset: 'utf8',
};

/** What npm users run: our code in two files, libraries as dependencies. */
export async function bundleForNpm(root: string, dist: string): Promise<void> {
  await build({
    ...COMMON,
    absWorkingDir: root,
    entryPoints: ['src/cli/pigsty-bundle.ts', 'src/cli/pigsty-install.ts'],
    outdir: dist,
    format: 'esm',
    packages: 'external',
  });
}

/**
 * Everything in one CommonJS file, which is what a single executable takes. `import()` stays lazy in it. ssh2's native helpers are left out: it falls
 * back to JavaScript and Node's own crypto without them.
 */
export async function bundleForSea(root: string, dist: string): Promise<string> {
  const outfile = join(dist, 'pigsty-install.sea.cjs');
  await build({
    ...COMMON,
    absWorkingDir: root,
    entryPoints: ['src/cli/pigsty-install.ts'],
    outfile,
    format: 'cjs',
    minify: true,
    external: ['cpu-features', '*.node'],
    // Named so that nothing of this machine gets into the file.
    define: { 'import.meta.url': '"file:///pigsty-install"' },
  });
  return outfile;
}
