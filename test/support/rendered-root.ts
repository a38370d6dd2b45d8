/**
 * Writes the files of a declaration below a temporary directory, for the real programs to judge; absolute paths inside the files lead there
 * too.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { defaultInventory } from '../../src/config/inventory/inventory.ts';
import type { Pki } from '../../src/install/contract/declaration.ts';
import { ensureAuthority, ensurePki } from '../../src/install/desired/ensure-pki.ts';
import { wantedCertificates } from '../../src/install/desired/wanted-certificates.ts';
import { filesOf, type LabOptions, labDeclaration } from './desired-lab.ts';

/** A host's files somewhere else. */
export interface RenderedRoot {
  readonly directory: string;
  /** `/etc/x` → where it is now. */
  at(path: string): string;
  remove(): void;
}

/** Absolute paths that are moved when they appear in a file; programs of the system stay where they are. */
const MOVED = /(?<![\w./-])\/(?=(?:etc|infra|www|data|var\/log|run)(?:\/|[;\s"]|$))/g;
const KEPT_PATHS = /^\/etc\/nginx\/mime\.types/;

let pki: Promise<Pki> | null = null;

/** Real keys and certificates, made once per test file. */
export function realPki(): Promise<Pki> {
  pki ??= makePki();
  return pki;
}

async function makePki(): Promise<Pki> {
  const inventory = defaultInventory('10.10.10.10');
  const [host] = inventory.hosts;
  if (host === undefined) throw new Error('no host');
  const wanted = wantedCertificates(inventory, host, 'node-1', []);
  return ensurePki(new Map(), await ensureAuthority(new Map(), wanted, 1_800_000_000), wanted, 1_800_000_000);
}

/** Renders all files of one host of a named inventory. */
export async function renderRoot(inventory: string, options: LabOptions = {}): Promise<RenderedRoot> {
  const directory = mkdtempSync(join(tmpdir(), 'pigsty-rendered-'));
  const declaration = labDeclaration(inventory, { ...options, pki: await realPki() });
  const at = (path: string): string => join(directory, path);
  for (const { step } of declaration.steps) if (step.kind === 'directory') mkdirSync(at(step.path), { recursive: true });
  for (const [path, text] of filesOf(declaration)) {
    mkdirSync(dirname(at(path)), { recursive: true });
    writeFileSync(at(path), moveAll(text, directory));
  }
  return { directory, at, remove: () => rmSync(directory, { recursive: true, force: true }) };
}

function moveAll(text: string, directory: string): string {
  return text.replace(MOVED, (slash, offset: number) => (KEPT_PATHS.test(text.slice(offset)) ? slash : `${directory}/`));
}

/** What is missing of the programs a test needs; under CI=true a missing one is a failure instead of a reason to skip. */
export function missingPrograms(...paths: readonly string[]): string[] {
  const missing = paths.filter((path) => !existsSync(path));
  if (missing.length > 0 && process.env.CI === 'true') throw new Error(`needed and absent: ${missing.join(' ')}`);
  return missing;
}
