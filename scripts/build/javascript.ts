/**
 * The JavaScript of both programs: one file each, for npm and for the executable. Loading hundreds of small modules takes longer than most
 * commands.
 */
import { join } from 'node:path';
import { type BuildOptions, build } from 'esbuild';

/** ssh2 falls back to JavaScript and Node's own crypto without its native helpers. */
const EXTERNAL = ['cpu-features', '*.node'];

/** CommonJS also because an ES module that imports `node:http` makes Node load all of undici. */
const COMMON: BuildOptions = {
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node24',
  logLevel: 'warning',
  legalComments: 'none',
  charset: 'utf8',
  external: EXTERNAL,
};

/** What stands for `import.meta` in CommonJS. */
const OWN_LOCATION = `const ownUrl = require('node:url').pathToFileURL(__filename).href;
const resolveModule = (name) => require('node:url').pathToFileURL(require.resolve(name)).href;`;

/** What npm users run. The xz library stays outside: it has a native part for each platform. */
export async function bundleForNpm(root: string, dist: string): Promise<void> {
  await build({
    ...COMMON,
    absWorkingDir: root,
    entryPoints: ['src/cli/pigsty-bundle.ts', 'src/cli/pigsty-install.ts'],
    outdir: dist,
    // Side by side, wherever their sources are.
    entryNames: '[name]',
    outExtension: { '.js': '.cjs' },
    minifyWhitespace: true,
    external: [...EXTERNAL, 'node-liblzma'],
    banner: { js: OWN_LOCATION },
    define: { 'import.meta.url': 'ownUrl', 'import.meta.resolve': 'resolveModule' },
  });
}

/** What becomes the executable. `import()` stays lazy in it. */
export async function bundleForSea(root: string, dist: string): Promise<string> {
  const outfile = join(dist, 'pigsty-install.sea.cjs');
  await build({
    ...COMMON,
    absWorkingDir: root,
    entryPoints: ['src/cli/pigsty-install.ts'],
    outfile,
    minify: true,
    // Named so that nothing of this machine gets into the file.
    define: { 'import.meta.url': '"file:///pigsty-install"' },
  });
  return outfile;
}
