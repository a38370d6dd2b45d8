/**
 * The JavaScript of both programs: for npm pigsty-bundle as a small file, with the parts that not every command needs in files beside it,
 * and pigsty-install as one file; for the executable one file. Loading hundreds of small modules takes longer than most commands, and so
 * does loading what is not used.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BuildOptions, build, transform } from 'esbuild';

/** ssh2 falls back to JavaScript and Node's own crypto without its native helpers. */
const EXTERNAL = ['cpu-features', '*.node'];

const COMMON: BuildOptions = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  logLevel: 'warning',
  legalComments: 'none',
  charset: 'utf8',
  external: EXTERNAL,
};

/** What stands for `import.meta` in CommonJS. */
const OWN_LOCATION = `const ownUrl = require('node:url').pathToFileURL(__filename).href;
const resolveModule = (name) => require('node:url').pathToFileURL(require.resolve(name)).href;`;

/** How the parts are named: with a digest of what is in them. */
const PARTS = 'parts/[name]-[hash]';

/**
 * What npm users run. The xz library stays outside: it has a native part for each platform. Only modules of ES can be taken apart, and only
 * CommonJS spares Node to load all of undici for `node:http`: so they are taken apart first and made CommonJS one by one.
 */
export async function bundleForNpm(root: string, dist: string): Promise<void> {
  const { outputFiles = [] } = await build({
    ...COMMON,
    format: 'esm',
    splitting: true,
    write: false,
    absWorkingDir: root,
    entryPoints: ['src/cli/pigsty-bundle.ts'],
    outdir: dist,
    entryNames: '[name]',
    chunkNames: PARTS,
    outExtension: { '.js': '.cjs' },
    external: [...EXTERNAL, 'node-liblzma'],
    define: { PIGSTY_BUILD: JSON.stringify(buildId(root)) },
  });
  mkdirSync(join(dist, 'parts'), { recursive: true });
  for (const { path, text } of outputFiles) {
    const { code } = await transform(text, {
      format: 'cjs',
      platform: 'node',
      target: 'node24',
      minifyWhitespace: true,
      legalComments: 'none',
      charset: 'utf8',
      supported: { 'dynamic-import': false },
      banner: OWN_LOCATION,
      define: { 'import.meta.url': 'ownUrl', 'import.meta.resolve': 'resolveModule' },
    });
    writeFileSync(path, code);
  }
  await bundleInstaller(root, dist);
}

/** The other program in one file: a library of it is CommonJS and imported late, which cannot be taken apart. */
async function bundleInstaller(root: string, dist: string): Promise<void> {
  await build({
    ...COMMON,
    format: 'cjs',
    absWorkingDir: root,
    entryPoints: ['src/cli/pigsty-install.ts'],
    outfile: join(dist, 'pigsty-install.cjs'),
    minifyWhitespace: true,
    external: [...EXTERNAL, 'node-liblzma'],
    banner: { js: OWN_LOCATION },
    define: { 'import.meta.url': 'ownUrl', 'import.meta.resolve': 'resolveModule' },
  });
}

/** Names the sources and libraries a program is made of: the same ones, the same name. */
function buildId(root: string): string {
  const hash = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')));
  for (const name of readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).sort()) {
    if (/\.[jt]s$/.test(name)) hash.update(`${name}\0`).update(readFileSync(join(root, 'src', name)));
  }
  return hash.digest('hex').slice(0, 16);
}

/** What becomes the executable. `import()` stays lazy in it. */
export async function bundleForSea(root: string, dist: string): Promise<string> {
  const outfile = join(dist, 'pigsty-install.sea.cjs');
  await build({
    ...COMMON,
    format: 'cjs',
    absWorkingDir: root,
    entryPoints: ['src/cli/pigsty-install.ts'],
    outfile,
    minify: true,
    // Named so that nothing of this machine gets into the file.
    define: { 'import.meta.url': '"file:///pigsty-install"' },
  });
  return outfile;
}
