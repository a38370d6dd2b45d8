/**
 * `npm run bench [-- NAME…]`: measures us beside the real tools and prints one table. Each file in `scripts/bench/` that exports `bench` is
 * a chapter; a chapter that cannot run here says why. Nothing is asserted: the table is for reading, and for comparing two commits on one
 * machine.
 */
import { readdirSync } from 'node:fs';
import type { Row } from './bench/row.ts';

const folder = new URL('./bench/', import.meta.url);
const wanted = process.argv.slice(2);
const chapters = readdirSync(folder)
  .filter((name) => name.endsWith('.ts') && name !== 'row.ts')
  .map((name) => name.slice(0, -3))
  .filter((name) => wanted.length === 0 || wanted.includes(name))
  .sort();

const rows: Row[] = [];
for (const chapter of chapters) {
  const module: { bench?: () => Promise<Row[]> } = await import(new URL(`${chapter}.ts`, folder).href);
  if (module.bench === undefined) continue;
  process.stderr.write(`${chapter} …\n`);
  try {
    rows.push(...(await module.bench()));
  } catch (error) {
    process.stderr.write(`${chapter}: not measured: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

console.log('| what | ours | theirs | ratio | budget |\n|---|---|---|---|---|');
for (const row of rows) console.log(`| ${row.what} | ${row.ours} | ${row.theirs} | ${row.ratio.toFixed(2)} | ${row.budget} |`);
