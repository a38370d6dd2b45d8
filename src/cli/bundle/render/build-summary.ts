/** The last lines of a build: what was made, how big, what was trusted and proved, and what to type next. */
import { basename } from 'node:path';
import { formatBytes, formatDuration } from '../../../base/bytes.ts';
import type { MadeBundle } from '../../../build/make-bundle.ts';
import type { Lock } from '../../../lock/lock.ts';
import type { CommandResult } from '../../program/command.ts';
import { absentComponents } from './absent-components.ts';
import { minorText } from './minor-text.ts';
import { shellWord } from './shell-word.ts';
import { weakKeyTexts } from './trust-text.ts';

const MOST_CONDITIONS = 8;

/** The result of `build` and of `pack`, as lines and as data. */
export function buildSummary(made: MadeBundle, lock: Lock, durationMs: number): CommandResult {
  const { index, bundle, treeDir, lockPath, installerPath, conditions } = made;
  const minor = minorText(lock);
  const absent = absentComponents(index.components)
    .map(([name]) => name)
    .sort();
  return {
    lines: [
      ...(bundle === null ? [] : [`bundle:    ${bundle.path}`, `           ${formatBytes(bundle.sizeBytes)}, sha256 ${bundle.sha256}`]),
      ...(treeDir === null ? [] : [`tree:      ${treeDir}`]),
      `packages:  ${lock.packages.length}, ${formatBytes(index.packages.sizeBytes)}, for ${lock.distro}.${lock.arch}, flavor ${lock.flavor}`,
      ...(minor === null ? [] : [`minor:     ${minor}`]),
      ...index.proofs.map(
        ({ profile, baseline, packages }) => `proved:    ${profile} installs on baseline ${baseline} (${packages} packages)`,
      ),
      ...conditionLines(made),
      trustLine(lock),
      ...lock.upstreams.flatMap(({ name, trust }) => weakKeyTexts(trust).map((text) => `weak key:  ${name}: ${text}`)),
      ...(absent.length === 0 ? [] : [`absent:    ${absent.join(', ')} (inspect says why)`]),
      ...(lockPath === null ? [] : [`lock:      ${lockPath}`]),
      `took:      ${formatDuration(durationMs)}`,
      ...nextLines(made),
    ],
    data: {
      bundle,
      tree: treeDir,
      lock: lockPath,
      installer: installerPath,
      id: index.id,
      target: index.target,
      packages: index.packages,
      proofs: index.proofs,
      conditions,
      upstreams: lock.upstreams,
      absent,
      durationMs: Math.round(durationMs),
    },
  };
}

/** Columns of the table over several targets. */
export const MADE_COLUMNS: readonly string[] = ['packages', 'size', 'file'];

/** The result of `build` and of `pack` as one of several targets has it. */
export function madeResult(made: MadeBundle, lock: Lock, durationMs: number): MadeResult {
  const { bundle, treeDir, index } = made;
  const size = formatBytes(bundle?.sizeBytes ?? index.packages.sizeBytes);
  const row = { packages: String(lock.packages.length), size, file: bundle?.path ?? treeDir ?? '-', result: 'built' };
  return { summary: buildSummary(made, lock, durationMs), row };
}

interface MadeResult {
  readonly summary: CommandResult;
  readonly row: Readonly<Record<string, string>>;
}

/** A host may have what nobody assumed: then dnf asks for more than there is. */
function conditionLines({ conditions }: MadeBundle): string[] {
  if (conditions.length === 0) return [];
  const shown = conditions.slice(0, MOST_CONDITIONS).map(({ name, text }) => `           ${name} requires ${text}`);
  const more = conditions.length > MOST_CONDITIONS ? [`           … and ${conditions.length - MOST_CONDITIONS} more`] : [];
  return [
    'condition: not for every host; what stands before "if" is not in the bundle, and a host may have what stands behind:',
    ...shown,
    ...more,
    '           add it with --package, or build for the host with --baseline FILE',
  ];
}

function trustLine({ upstreams }: Lock): string {
  const remote = upstreams.filter(({ trust }) => trust.kind !== 'local');
  const unsigned = remote.flatMap(({ name, trust }) =>
    trust.kind === 'unsigned' ? [name] : trust.kind === 'trusted' ? [`${name} (trusted: yes)`] : [],
  );
  const local = remote.length === upstreams.length ? '' : '; packages given as files are taken as they are';
  return `trust:     ${remote.length - unsigned.length} of ${remote.length} upstreams signed${unsigned.length === 0 ? '' : `; NOT signed: ${unsigned.join(', ')}`}${local}`;
}

function nextLines({ bundle, isSigned, installerPath }: MadeBundle): string[] {
  if (bundle === null) return [];
  const key = isSigned ? ' --key KEY.pub.asc' : '';
  const verify = `next:      pigsty-bundle verify ${shellWord(bundle.path)}${key}`;
  if (installerPath === null) return [verify];
  return [verify, `           and on the host:  ./${basename(installerPath)} --offline ${basename(bundle.path)}${key}`];
}
