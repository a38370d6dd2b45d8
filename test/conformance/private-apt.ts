/**
 * An apt of its own for a test: private sources, empty dpkg status, the given Packages files as local flat repositories, one cache for all
 * calls.
 */
import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What `apt-get -s install` said. */
export interface AptAnswer {
  readonly ok: boolean;
  /** `name=version` of every Inst line, sorted. */
  readonly installed: readonly string[];
  readonly output: string;
}

/** apt on a private root. */
export class PrivateApt {
  readonly #env: NodeJS.ProcessEnv;

  /** Lays the root out below `dir` and builds the cache. */
  constructor(dir: string, arch: string, packagesFiles: readonly Buffer[]) {
    for (const sub of ['state/lists/partial', 'cache/archives/partial', 'etc/preferences.d', 'none'])
      mkdirSync(join(dir, sub), { recursive: true });
    const sources = packagesFiles.map((bytes, at) => {
      const repo = join(dir, 'repo', String(at));
      mkdirSync(repo, { recursive: true });
      writeFileSync(join(repo, 'Packages'), bytes);
      return `deb [trusted=yes allow-insecure=yes arch=${arch}] file:${repo} ./\n`;
    });
    writeFileSync(join(dir, 'etc/sources.list'), sources.join(''));
    writeFileSync(join(dir, 'state/status'), '');
    writeFileSync(join(dir, 'apt.conf'), aptConfig(dir, arch));
    this.#env = { ...process.env, LC_ALL: 'C', APT_CONFIG: join(dir, 'apt.conf') };
    execFileSync('apt-get', ['update'], { env: this.#env, stdio: 'pipe' });
    execFileSync('apt-get', ['-s', 'install', 'base-files'], { env: this.#env, stdio: 'pipe' });
  }

  /** `apt-get -s install` with these arguments. Never rejects. */
  simulate(args: readonly string[]): Promise<AptAnswer> {
    return new Promise((resolve) => {
      execFile('apt-get', ['-s', '-q', 'install', ...args], { env: this.#env, maxBuffer: 1 << 28 }, (error, stdout, stderr) => {
        const lines = [...stdout.matchAll(/^Inst (\S+) \((\S+) /gm)];
        const installed = lines.map((line) => `${line[1]}=${line[2]}`).sort();
        resolve({ ok: error === null, installed, output: stdout + stderr });
      });
    });
  }
}

function aptConfig(dir: string, arch: string): string {
  return `Dir::State "${dir}/state";
Dir::State::status "${dir}/state/status";
Dir::Cache "${dir}/cache";
Dir::Etc "${dir}/etc";
Dir::Etc::parts "${dir}/none";
Dir::Etc::main "/dev/null";
APT::Architecture "${arch}";
APT::Architectures { "${arch}"; };
APT::Install-Recommends "false";
APT::Sandbox::User "root";
APT::Immediate-Configure "false";
Acquire::Languages "none";
`;
}
