/**
 * Dependencies of a bundle that hang on what its host has: `(httpd-filter if httpd)` where the bundle has no httpd-filter. On a host
 * without httpd they ask for nothing; on one with it, dnf finds no answer in the bundle.
 */
import { isAppError } from '../../base/errors.ts';
import type { CapabilityResolver } from './capability-resolver.ts';
import type { RpmProvider } from './provider.ts';
import { isRich, parseRichDependency, type RichNode } from './rich-dependency.ts';

/** A condition nobody can judge without the host. */
export interface OpenCondition {
  /** The package that has it. */
  readonly name: string;
  /** As the package says it. */
  readonly text: string;
}

/** The conditions of all packages of a provider over a bundle alone, sorted by package, each once. */
export function findOpenConditions({ pool, resolver }: RpmProvider): OpenCondition[] {
  const found = pool.solvables.flatMap(({ pkg }) =>
    pkg.requires.filter(({ name }) => isRich(name) && isOpen(parse(name), resolver)).map(({ name }) => ({ name: pkg.name, text: name })),
  );
  const unique = new Map(found.map((one) => [`${one.name}\0${one.text}`, one]));
  return [...unique].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}

function parse(text: string): RichNode | null {
  try {
    return parseRichDependency(text, 'Requires');
  } catch (error) {
    if (!isAppError(error, 'INDEX_INVALID')) throw error;
    return null;
  }
}

/** True when a host can make it fail: by having what is after `if`, or after `unless`. */
function isOpen(node: RichNode | null, resolver: CapabilityResolver): boolean {
  switch (node?.kind) {
    case 'if':
      return !isObtainable(node.consequence, resolver) || isOpen(node.consequence, resolver) || isOpen(node.otherwise, resolver);
    case 'unless':
      return node.otherwise === null || !isObtainable(node.otherwise, resolver);
    case 'and':
      return node.operands.some((operand) => isOpen(operand, resolver));
    case 'or':
      return node.operands.every((operand) => isOpen(operand, resolver) || !isObtainable(operand, resolver));
    default:
      return false;
  }
}

/** True when the bundle has what makes it hold. */
function isObtainable(node: RichNode, resolver: CapabilityResolver): boolean {
  switch (node.kind) {
    case 'and':
      return node.operands.every((operand) => isObtainable(operand, resolver));
    case 'or':
      return node.operands.some((operand) => isObtainable(operand, resolver));
    case 'if':
    case 'unless':
      return isObtainable(node.consequence, resolver);
    case 'capability':
      return node.dependency.name.startsWith('rpmlib(') || resolver.satisfiers(node.dependency, true).length > 0;
    default:
      return resolver.satisfiersOfNode(node, true).length > 0;
  }
}
