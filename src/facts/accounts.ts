/** Users and groups, as getent(1) sees them: local ones and those of a directory service that enumerates. */
import { type Fact, linesOf } from './fact.ts';
import type { GroupFacts, UserFacts } from './types.ts';

export const users: Fact<ReadonlyMap<string, UserFacts>> = {
  name: 'users',
  script: 'getent passwd 2>/dev/null || cat /etc/passwd',
  parse(output) {
    const fields = linesOf(output).map((line) => line.split(':'));
    return new Map(
      fields.map(([name = '', , uid, gid, , home = '', shell = '']) => [name, { uid: Number(uid), gid: Number(gid), home, shell }]),
    );
  },
};

export const groups: Fact<ReadonlyMap<string, GroupFacts>> = {
  name: 'groups',
  script: 'getent group 2>/dev/null || cat /etc/group',
  parse(output) {
    const fields = linesOf(output).map((line) => line.split(':'));
    return new Map(
      fields.map(([name = '', , gid, members = '']) => [name, { gid: Number(gid), members: members.split(',').filter(Boolean) }]),
    );
  },
};
