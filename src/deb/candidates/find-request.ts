/**
 * What a user or a group may write for a package, after apt-get(8): `name`, `name:arch`, `name=version` (`*` at the end), and a relation as
 * in Depends, `name (>= version)`. A name no package has but some provide stands for its providers, in the order apt would try them.
 */

import { compilePatterns } from '../../base/name-pattern.ts';
import type { RejectedCandidate, Request } from '../../solve/types.ts';
import { satisfiesDebRelation } from '../../version/debvercmp.ts';
import { type DebRelation, parseSingleRelation } from '../package/relations.ts';
import { type DebCandidatePool, type DebPackage, packageLabel } from './deb-candidate-pool.ts';
import type { RelationResolver } from './relation-resolver.ts';

const WITH_VERSION = /^([^\s=()]+)=(\S+)$/;

/**
 * The request for `text`. With nothing to offer `anyOf` is empty and `rejected` says what came near.
 *
 * @example findRequest(resolver, pool, 'nginx (>= 1.22)', '--package')
 */
export function findRequest(resolver: RelationResolver, pool: DebCandidatePool, text: string, origin: string): Request {
  const exact = WITH_VERSION.exec(text.trim());
  const relation = parseSingleRelation(exact === null ? text : (exact[1] ?? ''));
  if (relation === undefined) return { text, origin, anyOf: [], rejected: [{ label: text, why: 'not a package name or relation' }] };
  const arch = archOf(relation, pool);
  const isWanted = exact === null ? () => true : versionMatcher(exact[2] ?? '');
  const found = resolver.satisfiers([relation], arch).filter((candidate) => isServed(candidate, relation, arch));
  const anyOf = found.filter((candidate) => isWanted(candidate.record.version));
  const real = anyOf.filter((candidate) => candidate.record.name === relation.name);
  const chosen = real.length > 0 || exact !== null ? real : anyOf;
  if (chosen.length > 0) return { text, origin, anyOf: chosen.map(({ id }) => id) };
  return { text, origin, anyOf: [], rejected: [...otherVersions(found, exact?.[2]), ...resolver.rejected([relation], arch)] };
}

function archOf(relation: DebRelation, pool: DebCandidatePool): string {
  const qualifier = relation.archQualifier;
  return qualifier === null || qualifier === 'native' || qualifier === 'any' ? pool.arch : qualifier;
}

/** A request without a qualifier means the target's own architecture, also where a foreign one could serve a dependency. */
function isServed(candidate: DebPackage, relation: DebRelation, arch: string): boolean {
  return relation.archQualifier === 'any' || candidate.effectiveArch === arch;
}

function versionMatcher(wanted: string): (version: string) => boolean {
  if (wanted.endsWith('*')) return compilePatterns([wanted]);
  return (version) => satisfiesDebRelation(version, '=', wanted);
}

function otherVersions(found: readonly DebPackage[], wanted: string | undefined): RejectedCandidate[] {
  return found.map((candidate) => ({ label: packageLabel(candidate), why: `version is not ${wanted ?? 'the one asked for'}` }));
}
