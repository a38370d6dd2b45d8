/** Repositories as careless generators leave them: what a repository says is changed, and the digests in repomd.xml with it. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';

/** The gzip of a kind of metadata that createrepo_c made: `primary`, `filelists`. */
export function repodataPath(repository: string, part: string): string {
  const name = readdirSync(join(repository, 'repodata')).find((file) => file.endsWith(`${part}.xml.gz`));
  if (name === undefined) throw new Error(`${repository} has no ${part}.xml.gz`);
  return join(repository, 'repodata', name);
}

/** Changes a kind of metadata, under its old name, and what repomd.xml says of it. */
export function editRepodata(repository: string, part: string, change: (xml: string) => string): void {
  const path = repodataPath(repository, part);
  const packed = readFileSync(path);
  const open = gunzipSync(packed);
  const changed = Buffer.from(change(open.toString()));
  if (changed.equals(open)) throw new Error(`nothing of ${part} was changed`);
  const repacked = gzipSync(changed);
  writeFileSync(path, repacked);
  editRepomd(repository, (xml) =>
    xml
      .replace(`>${sha256(packed)}<`, `>${sha256(repacked)}<`)
      .replace(`>${sha256(open)}<`, `>${sha256(changed)}<`)
      .replace(`<size>${packed.length}<`, `<size>${repacked.length}<`)
      .replace(`<open-size>${open.length}<`, `<open-size>${changed.length}<`),
  );
}

/** Changes repomd.xml. */
export function editRepomd(repository: string, change: (xml: string) => string): void {
  const path = join(repository, 'repodata/repomd.xml');
  writeFileSync(path, change(readFileSync(path, 'utf8')));
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
