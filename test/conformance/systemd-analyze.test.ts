/** systemd accepts every unit file, and gives every program exactly the arguments that were meant. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCommand } from '../lab/hosts/run-command.ts';
import { filesOf, INVENTORY_NAMES, labDeclaration } from '../support/desired-lab.ts';
import { missingPrograms } from '../support/rendered-root.ts';

const missing = missingPrograms('/usr/bin/systemd-analyze');

describe.skipIf(missing.length > 0)('systemd-analyze verify', () => {
  it.each(INVENTORY_NAMES.flatMap((name) => [[name, 'debian'] as const, [name, 'pigsty'] as const]))(
    'accepts all units of "%s", flavor %s',
    async (name, flavor) => {
      const directory = mkdtempSync(join(tmpdir(), 'pigsty-units-'));
      const files = filesOf(labDeclaration(name, { flavor, facts: { canSetClock: false } }));
      const units = [...files].filter(([path]) => /^\/etc\/systemd\/system\/[^/]+\.service$/.test(path));
      expect(units.length).toBeGreaterThan(5);
      for (const [path, text] of units) {
        // Programs this machine lacks are played by one that exists: only the unit is judged.
        const judged = text.replaceAll(/^(Exec\w+=)(\/\S+)/gm, (line, key: string, program: string) =>
          existsSync(program) ? line : `${key}/bin/true`,
        );
        mkdirSync(directory, { recursive: true });
        writeFileSync(join(directory, basename(path)), judged);
      }
      const result = await runCommand([
        'systemd-analyze',
        'verify',
        '--man=no',
        '--recursive-errors=no',
        ...units.map(([path]) => join(directory, basename(path))),
      ]);
      rmSync(directory, { recursive: true, force: true });
      const ours = result.stderr.split('\n').filter((line) => line.includes(directory));
      expect(ours).toEqual([]);
      expect(result.status).toBe(0);
    },
  );
});
