/** An SSH agent of a test's own, with one key. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { runCommand } from '../hosts/run-command.ts';
import { until } from './ask.ts';

/** Starts an agent that listens at `socket` and holds the key. Call what is returned to end it; it is gone then, and its socket, too. */
export async function startAgent(socket: string, keyPath: string): Promise<() => Promise<void>> {
  const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
  const closed = once(agent, 'close');
  await until(
    'agent',
    () => runCommand(['env', `SSH_AUTH_SOCK=${socket}`, 'ssh-add', '-q', keyPath]),
    ({ status }) => status === 0,
  );
  return async () => {
    agent.kill();
    await closed;
    rmSync(socket, { force: true });
  };
}
