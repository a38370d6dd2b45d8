/** Tells the package source we write from those of others. */
import { apt } from './apt.ts';
import { dnf } from './dnf.ts';

/** True for the source file of a repository called `repoName`, on a host of either family. */
export function isOwnSource(path: string, repoName: string): boolean {
  return [apt, dnf].some((system) => system.hostSourcePath(repoName) === path);
}
