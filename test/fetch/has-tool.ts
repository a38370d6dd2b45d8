/** Whether a program the test makes its input with is there. Says so once when it is not, so that a skip has a reason. */
import { spawnSync } from 'node:child_process';

export function hasTool(name: string, versionFlag: string): boolean {
  const found = spawnSync(name, [versionFlag], { stdio: 'ignore', input: '' }).error === undefined;
  if (found || process.env.CI !== 'true') {
    if (!found) console.warn(`skipped: ${name} is not installed`);
    return found;
  }
  throw new Error(`${name} is not installed`);
}
