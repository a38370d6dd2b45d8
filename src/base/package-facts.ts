/** What is said of a chosen package wherever it is chosen, locked or indexed. */

/** A package and where it is. */
export interface PackageFacts {
  readonly name: string;
  /** EVR for RPM (`1:1.22.1-9.el9`, epoch only when not 0), Debian version for DEB. */
  readonly version: string;
  readonly arch: string;
  /** Name of the upstream it comes from. */
  readonly upstream: string;
  /** Path below the upstream's base URL, or below `base` where there is one. */
  readonly path: string;
  /**
   * Where an RPM upstream says that the package lies elsewhere: an absolute URL without credentials, or `../` once or several times, from
   * the upstream's base URL. Ends in `/`.
   */
  readonly base?: string | undefined;
  readonly sizeBytes: number;
  readonly sha256: string;
  /** Installed size in bytes when the metadata says so, else 0. */
  readonly installedBytes: number;
}
