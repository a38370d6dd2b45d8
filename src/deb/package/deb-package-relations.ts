/** The fields of a control stanza that decide what a package can be beside (deb-control(5)), so that two stanzas can be compared. */
import { type PackageRelations, relationsOf } from '../../base/package-relations.ts';
import { isYes, type Stanza } from './deb822.ts';
import { formatDebDependency, parseSingleRelation } from './relations.ts';

const RELATION_FIELDS = ['Pre-Depends', 'Depends', 'Recommends', 'Suggests', 'Conflicts', 'Breaks', 'Provides'] as const;

/** All of them, as apt reads them: blanks and the order of entries do not count, that of alternatives does. Never throws. */
export function debPackageRelations(fields: Stanza): PackageRelations {
  const multiArch = fields.get('multi-arch') ?? 'no';
  return relationsOf([
    ...RELATION_FIELDS.map((field) => [field, entriesOf(fields.get(field.toLowerCase()) ?? '')] as const),
    ['Essential', isYes(fields.get('essential')) ? ['yes'] : []],
    ['Multi-Arch', multiArch === 'no' ? [] : [multiArch]],
  ]);
}

function entriesOf(field: string): string[] {
  return field
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
    .map(normalEntry);
}

function normalEntry(entry: string): string {
  const alternatives = entry.split('|').map((text) => parseSingleRelation(text));
  const known = alternatives.filter((relation) => relation !== undefined);
  return known.length === alternatives.length ? formatDebDependency(known) : entry.replace(/\s+/g, ' ');
}
