/**
 * Exit code 0 when what is installed in node_modules is what package-lock.json says. Plain JavaScript for any Node: it runs before
 * the project's own Node is installed. Optional packages of other machines' kinds may be missing.
 */
import { readFileSync } from 'node:fs';

function packagesOf(path) {
  return JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')).packages;
}

function isCurrent() {
  const wanted = packagesOf('../package-lock.json');
  const installed = packagesOf('../node_modules/.package-lock.json');
  const entries = Object.entries(wanted).filter(([path]) => path !== '');
  const missing = entries.filter(([path, entry]) => installed[path] === undefined && entry.optional !== true);
  const other = Object.entries(installed).filter(([path, entry]) => wanted[path]?.integrity !== entry.integrity);
  return missing.length === 0 && other.length === 0;
}

try {
  process.exitCode = isCurrent() ? 0 : 1;
} catch {
  process.exitCode = 1;
}
