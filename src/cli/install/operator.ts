/** Who typed this command line, where. */
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Operator } from '../../install/apply/hold-host.ts';
import type { CommandContext } from '../program/command.ts';

/** For others who want the same host meanwhile. What cannot be found out is left blank: it is only for people to read. */
export function operatorOf({ env, nowSec }: Pick<CommandContext, 'env' | 'nowSec'>): Operator {
  return {
    user: env.SUDO_USER ?? env.USER ?? env.LOGNAME ?? `uid ${process.getuid?.() ?? '?'}`,
    from: hostname(),
    pid: process.pid,
    boot: tried(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()) ?? '',
    terminal: terminalOf(tried(() => readlinkSync('/proc/self/fd/0')) ?? ''),
    sinceSec: nowSec,
  };
}

/** `pts/0`; null for what is no terminal. */
export function terminalOf(device: string): string | null {
  return /^\/dev\/((?:pts\/|tty)\w+)$/.exec(device)?.[1] ?? null;
}

function tried(read: () => string): string | null {
  try {
    return read();
  } catch {
    return null;
  }
}
