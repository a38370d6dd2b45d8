/** A file on its way into a repository tree or a bundle: where it goes, what it must be, and where its bytes are. */

/** Where the bytes of a {@link TreeFile} come from. */
export type FileContent = { readonly kind: 'bytes'; readonly bytes: Uint8Array } | { readonly kind: 'file'; readonly filePath: string };

/** One regular file. `sizeBytes` and `sha256` are what the content must have; whoever copies it checks them. */
export interface TreeFile {
  /** Relative, `/`-separated, without `.` or `..`. */
  readonly path: string;
  readonly sizeBytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
  readonly content: FileContent;
}

/** A repository of either family, ready to be packed or written out. */
export interface RepoTree {
  /** Metadata and packages, relative to the repository directory. Without the marker. */
  readonly files: readonly TreeFile[];
  /** `pigsty.sources` or `pigsty.repo`: lives beside the repository directory. */
  readonly sourceFile: TreeFile;
  /** `repo_complete`, relative to the repository directory. */
  readonly marker: TreeFile;
}
