/** What earlier runs left on the host: the CA and secrets they made, and the journal of the newest one. */
import { type Fact, parseFiles, printFiles } from '../../facts/fact.ts';

/** Where everything an installation keeps on a host lives. */
export const STATE_DIRECTORY = '/var/lib/pigsty-install';
/** CA, certificates, passwords. */
export const KEPT_DIRECTORY = '/etc/pigsty';

export const kept: Fact<ReadonlyMap<string, string>> = {
  name: 'kept',
  script: printFiles(`$(find ${KEPT_DIRECTORY} -type f -size -256k 2>/dev/null | sort)`),
  parse: (output) => new Map(parseFiles(output)),
};

/**
 * Lines of all journals, oldest first, about files and the ends of runs, and `copy PATH` for every copy that was kept. Runs that were
 * taken back are left out.
 */
export const history: Fact<string> = {
  name: 'history',
  script: `for j in ${STATE_DIRECTORY}/runs/*/journal.ndjson; do
  [ -f "$j" ] && ! grep -q '^{"type":"rolled-back"' "$j" || continue
  grep -aE '^[{]"type":"end"|"kind":"path"' "$j"
  find "\${j%/*}/blobs" -mindepth 1 -maxdepth 1 ! -name '*.*' -printf 'copy %p\n' 2>/dev/null
done | head -c 33554432`,
  parse: (output) => output,
};

/** The last 1 MiB of the newest run's journal; names of runs sort by time. */
export const journal: Fact<string> = {
  name: 'journal',
  script: `set -- ${STATE_DIRECTORY}/runs/*/journal.ndjson; while [ $# -gt 1 ]; do shift; done; [ -f "$1" ] && tail -c 1048576 -- "$1"`,
  parse: (output) => output,
};
