/** What earlier runs left on the host: the CA and secrets they made, and their journals. Asked together with the facts of the host. */
import { type Fact, parseFiles, printFiles } from '../../facts/fact.ts';
import type { MoreFacts } from '../../facts/gather.ts';
import type { HostFacts } from '../../facts/types.ts';

/** Where everything an installation keeps on a host lives. */
export const STATE_DIRECTORY = '/var/lib/pigsty-install';
/** CA, certificates, passwords. */
export const RETAINED_DIRECTORY = '/etc/pigsty';

/** What is known of earlier runs. */
export interface EarlierRuns {
  /** Files below {@link RETAINED_DIRECTORY} (CA, certificates, passwords): path → content. Secret. */
  readonly retained: ReadonlyMap<string, string>;
  /** The newest run and its journal, see `journal.ts`; null when there is none. */
  readonly journal: { readonly run: string; readonly text: string } | null;
  /** What all runs did to files, oldest first, see `plan/orphaned-files.ts`; empty when there is none. */
  readonly history: string;
}

/** The facts of a host as this program needs them. */
export type InstallFacts = HostFacts & EarlierRuns;

/** Nothing of ours was ever there. */
export const NO_EARLIER_RUNS: EarlierRuns = { retained: new Map(), journal: null, history: '' };

const retained: Fact<ReadonlyMap<string, string>> = {
  name: 'retained',
  script: printFiles(`$(find ${RETAINED_DIRECTORY} -type f -size -256k 2>/dev/null | sort)`),
  parse: (output) => new Map(parseFiles(output)),
};

/**
 * Lines of all journals, oldest first, about files and the ends of runs, and `copy PATH` for every copy that was kept. Runs that were
 * taken back are left out.
 */
const history: Fact<string> = {
  name: 'history',
  script: `for j in ${STATE_DIRECTORY}/runs/*/journal.ndjson; do
  [ -f "$j" ] && ! grep -q '^{"type":"rolled-back"' "$j" || continue
  grep -aE '^[{]"type":"end"|"kind":"path"' "$j"
  find "\${j%/*}/blobs" -mindepth 1 -maxdepth 1 ! -name '*.*' -printf 'copy %p\n' 2>/dev/null
done | head -c 33554432`,
  parse: (output) => output,
};

/** The newest run's name, then its whole journal; names of runs sort by time. */
const journal: Fact<EarlierRuns['journal']> = {
  name: 'journal',
  script: `set -- ${STATE_DIRECTORY}/runs/*/journal.ndjson; while [ $# -gt 1 ]; do shift; done
[ -f "$1" ] && { d=\${1%/*}; printf '%s\\n' "\${d##*/}"; cat -- "$1"; }`,
  parse: (output) => {
    const end = output.indexOf('\n');
    return end < 0 ? null : { run: output.slice(0, end), text: output.slice(end + 1) };
  },
};

/** For `gatherFacts`. */
export const EARLIER_RUNS: MoreFacts<EarlierRuns> = { retained, journal, history };
