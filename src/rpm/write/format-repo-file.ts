/** The repository file a host's dnf reads, as Pigsty names it. Spec: dnf.conf(5). */

/** What the file says. */
export interface RepoFileOptions {
  /** `file:///www/pigsty` or `http://10.10.10.10/pigsty`. */
  readonly baseUrl: string;
  /** URL of the key that signed repomd.xml; null when it is not signed. */
  readonly gpgKeyUrl: string | null;
}

/**
 * `pigsty.repo`. `module_hotfixes=1` turns module filtering off for it, or dnf would hide our packages behind a stream the host has enabled
 * or by default. It is also why the tree needs no modules.yaml: dnf refuses a package that says in its header that it belongs to a stream
 * where no repository describes the stream ("No available modular metadata"), but not one of such a repository. A modules.yaml would only
 * add streams and defaults to what the host's administrator decides about (test/conformance/dnf-modular-tree.test.ts has the kinds of
 * hosts). Packages come from many upstreams with many keys, so it is the metadata's signature that is checked, which holds the digest of
 * every package.
 */
export function formatRepoFile(options: RepoFileOptions): string {
  const signed = options.gpgKeyUrl === null ? ['repo_gpgcheck=0'] : ['repo_gpgcheck=1', `gpgkey=${options.gpgKeyUrl}`];
  return [
    '[pigsty-local]',
    'name=Pigsty Local Repo',
    `baseurl=${options.baseUrl}`,
    'enabled=1',
    'gpgcheck=0',
    ...signed,
    'module_hotfixes=1',
    'priority=1',
    '',
  ].join('\n');
}
