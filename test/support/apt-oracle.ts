/** Asks the real apt what it sees of small repositories and status files: one process for many questions. */
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';

/** A relation as apt's own parser gives it: `['a:any', '1', '>=']`; `<` and `>` are dpkg's `<<` and `>>`. */
export type AptRelation = readonly [name: string, version: string, op: string];

/** One package apt sees. */
export interface AptPackage {
  readonly name: string;
  readonly version: string;
  readonly arch: string;
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
  readonly sha512: string;
  readonly isInstalled: boolean;
  /** By the name of the field; null where apt cannot read it. */
  readonly relations: Readonly<Record<string, readonly (readonly AptRelation[])[] | null>>;
}

/** What apt sees, and what it said against the update and against reading what came; empty when nothing. */
export interface AptView {
  readonly update: string;
  readonly open: string;
  readonly packages: readonly AptPackage[];
  /** True where a name or version is not UTF-8: apt sees the package, its Python interface cannot say so. */
  readonly isUntold: boolean;
}

const PYTHON = '/usr/bin/python3';
const SCRIPT = new URL('apt-oracle.py', import.meta.url).pathname;

/** True when apt's Python interface is installed. */
export function hasPythonApt(): boolean {
  return spawnSync(PYTHON, ['-c', 'import apt_pkg, apt.progress.base'], { stdio: 'ignore' }).status === 0;
}

/** See the head of the file. One question at a time. */
export class AptOracle {
  readonly #dir = mkdtempSync(join(tmpdir(), 'apt-oracle-'));
  #process: ChildProcessWithoutNullStreams | undefined;
  #lines: Interface | undefined;

  /** What apt sees of these sources and this status file. Rejects when apt itself dies; the next question has a new process. */
  async ask(question: { readonly sources: string; readonly status: Buffer }): Promise<AptView> {
    const child = this.#started();
    child.stdin.write(`${JSON.stringify({ sources: question.sources, status: question.status.toString('latin1') })}\n`);
    return new Promise((resolve, reject) => {
      const died = (): void => {
        this.#process = undefined;
        reject(new Error('apt died'));
      };
      child.once('close', died);
      this.#lines?.once('line', (line) => {
        child.off('close', died);
        resolve(JSON.parse(line) as AptView);
      });
    });
  }

  /** Ends the process and removes its files. */
  close(): void {
    this.#process?.kill();
    rmSync(this.#dir, { recursive: true, force: true });
  }

  #started(): ChildProcessWithoutNullStreams {
    if (this.#process !== undefined) return this.#process;
    const config = join(this.#dir, 'apt.conf');
    writeFileSync(config, `Dir::Etc::parts "${this.#dir}/none";\nDir::Etc::main "/dev/null";\n`);
    const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: this.#dir, LC_ALL: 'C.UTF-8', APT_CONFIG: config };
    const child = spawn(PYTHON, [SCRIPT, join(this.#dir, 'root')], { env });
    child.stderr.resume();
    this.#process = child;
    this.#lines = createInterface({ input: child.stdout });
    return child;
  }
}
