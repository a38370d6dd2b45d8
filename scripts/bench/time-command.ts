/** Wall time of whole commands. */
import { spawnSync } from 'node:child_process';

/** Milliseconds a command takes; `before` is not counted. Its output is thrown away; a failure is an error. */
export function timeCommand(argv: readonly [string, ...string[]] | readonly string[], before?: () => void): number {
  before?.();
  const [command = '', ...args] = argv;
  const start = performance.now();
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'pipe'] });
  const tookMs = performance.now() - start;
  if (status !== 0) throw new Error(`${command} failed: ${stderr.trim().split('\n').slice(-3).join(' ')}`);
  return tookMs;
}

/**
 * The middle of `runs` measurements of each contender, in milliseconds. They take turns, so that whatever else the machine does meets all
 * of them: a ratio is then of one and the same time. A contender is told which round it is.
 */
export function race<Name extends string>(
  runs: number,
  contenders: Readonly<Record<Name, (round: number) => number>>,
): Record<Name, number> {
  const names = Object.keys(contenders) as Name[];
  const rounds = Array.from(
    { length: runs },
    (_, round) => Object.fromEntries(names.map((name) => [name, contenders[name](round)])) as Record<Name, number>,
  );
  const middle = (name: Name) => rounds.map((round) => round[name]).sort((a, b) => a - b)[Math.floor(runs / 2)] ?? 0;
  return Object.fromEntries(names.map((name) => [name, middle(name)])) as Record<Name, number>;
}
