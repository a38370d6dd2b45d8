/**
 * Where the repository of a bundle is on a host. Pigsty's parameters `nginx_home` and `repo_name` say so; this is the one home of their
 * defaults.
 */

/** A web root and the name of the repository below it. */
export interface RepositoryPlace {
  /** nginx_home. Absolute. */
  readonly webRoot: string;
  /** repo_name: the directory below the web root, and what the host's package source is called. */
  readonly repoName: string;
}

/** What nearly every host has. */
export const DEFAULT_PLACE: RepositoryPlace = { webRoot: '/www', repoName: 'pigsty' };

/** The directory of the repository. @example repositoryDirectory(DEFAULT_PLACE) // '/www/pigsty' */
export function repositoryDirectory({ webRoot, repoName }: RepositoryPlace): string {
  return `${webRoot}/${repoName}`;
}

/** The installer that lies in the repository. */
export function installerIn(place: RepositoryPlace): string {
  return `${repositoryDirectory(place)}/pigsty-install`;
}
