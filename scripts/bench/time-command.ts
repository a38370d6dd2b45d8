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

/** The middle of `runs` measurements. */
export function median(runs: number, measure: () => number): number {
  const all = Array.from({ length: runs }, measure).sort((a, b) => a - b);
  return all[Math.floor(all.length / 2)] ?? 0;
}
