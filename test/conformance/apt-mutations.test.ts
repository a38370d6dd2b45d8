/**
 * Damaged Release, Packages and status files, read by us and by the real apt: what apt sees we see. Where not, a rule of
 * test/support/apt-fuzz-rules.ts must say why, and no rule lets us believe what apt does not.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { toyKey, writeArchive } from '../lab/upstreams/toy-archive.ts';
import { FUZZ_KINDS, fuzzCase } from '../support/apt-fuzz-cases.ts';
import { type Difference, differenceOf } from '../support/apt-fuzz-rules.ts';
import { aptSources, ourReader } from '../support/apt-fuzz-views.ts';
import { AptOracle, hasPythonApt } from '../support/apt-oracle.ts';
import { randomOf } from '../support/deb-mutations.ts';
import { seedOfRun, sizeOf, tellCounts } from '../support/long-tests.ts';

const conform = it.skipIf(!hasPythonApt() && process.env.CI !== 'true');

conform.each(FUZZ_KINDS)(
  '%s: what apt sees we see, or a rule says why not',
  async (kind) => {
    const dir = mkdtempSync(join(tmpdir(), 'apt-fuzz-'));
    const oracle = new AptOracle();
    onTestFinished(() => {
      oracle.close();
      rmSync(dir, { recursive: true, force: true });
    });
    const key = await toyKey();
    const keyPath = join(dir, 'key.asc');
    await writeFile(keyPath, key.publicKeyArmored);
    const read = await ourReader(keyPath, key.fingerprint);
    const random = randomOf(seedOfRun() + FUZZ_KINDS.indexOf(kind));
    const counts: Record<string, number> = { [`${kind}: same`]: 0 };
    const unexplained: Difference[] = [];
    for (let left = sizeOf('apt-mutations'); left > 0; left -= 1) {
      const made = await fuzzCase(kind, random, key);
      const place = join(dir, `${kind}-${left}`);
      writeArchive(made.files, place);
      const theirs = await oracle.ask({ sources: aptSources(made.kind, place, keyPath), status: made.status }).catch(() => null);
      const isUntold = theirs === null || theirs.isUntold;
      const difference = isUntold ? null : differenceOf(made, theirs, await read(made, place));
      const name = `${kind}: ${isUntold ? 'apt cannot tell' : difference === null ? 'same' : (difference.rule ?? 'UNEXPLAINED')}`;
      counts[name] = (counts[name] ?? 0) + 1;
      if (difference !== null && difference.rule === null) unexplained.push(difference);
      rmSync(place, { recursive: true, force: true });
    }
    tellCounts('apt-mutations', counts);
    expect(unexplained.slice(0, 3)).toEqual([]);
  },
  3_600_000,
);
