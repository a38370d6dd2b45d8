/** The real apt-get with a root, sources and settings of its own; the machine's configuration does not count. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a run said. */
export interface AptRun {
  readonly code: number | null;
  readonly output: string;
}

/** apt-get over `sources` (the text of a sources.list, or of a .sources file), with a new root below `dir`. */
export function aptRoot(dir: string, sources: string): (...args: readonly string[]) => Promise<AptRun> {
  const root = mkdtempSync(join(dir, 'apt-'));
  for (const part of ['state/lists/partial', 'cache/archives/partial', 'etc/preferences.d', 'none'])
    mkdirSync(join(root, part), { recursive: true });
  const list = join(root, 'etc', /^\S+:/m.test(sources) ? 'pigsty.sources' : 'sources.list');
  writeFileSync(list, sources);
  writeFileSync(join(root, 'status'), '');
  const settings = {
    'Dir::Etc': join(root, 'etc'),
    'Dir::Etc::parts': join(root, 'none'),
    'Dir::Etc::main': '/dev/null',
    'Dir::Etc::sourcelist': list,
    'Dir::Etc::sourceparts': join(root, 'none'),
    'Dir::Etc::trusted': '/nonexistent',
    'Dir::Etc::trustedparts': '/nonexistent',
    'Dir::State': join(root, 'state'),
    'Dir::State::status': join(root, 'status'),
    'Dir::Cache': join(root, 'cache'),
    'Debug::NoLocking': '1',
    'APT::Sandbox::User': 'root',
    'APT::Architecture': 'amd64',
    'Acquire::Languages': 'none',
    'Acquire::Retries': '0',
    'Acquire::http::Proxy': 'DIRECT',
  };
  const config = join(root, 'apt.conf');
  writeFileSync(
    config,
    `${Object.entries(settings)
      .map(([key, value]) => `${key} "${value}";\n`)
      .join('')}APT::Architectures { "amd64"; };\n`,
  );
  return (...args) => run(args, { ...process.env, LC_ALL: 'C', APT_CONFIG: config });
}

function run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<AptRun> {
  return new Promise((resolve, reject) => {
    const child = spawn('apt-get', ['-q', '-y', ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const pieces: Buffer[] = [];
    child.stdout.on('data', (piece: Buffer) => pieces.push(piece));
    child.stderr.on('data', (piece: Buffer) => pieces.push(piece));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output: Buffer.concat(pieces).toString() }));
  });
}
