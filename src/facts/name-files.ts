/** The two files of name resolution that others write to as well: what is in them is kept, so it has to be known. */
import { type Fact, parseFiles, printFiles } from './fact.ts';
import type { HostFacts } from './types.ts';

export const nameFiles: Fact<Pick<HostFacts, 'etcHosts' | 'resolvConfText'>> = {
  name: 'name-files',
  script: printFiles('/etc/hosts /etc/resolv.conf'),
  parse(output) {
    const files = new Map(parseFiles(output));
    return { etcHosts: files.get('/etc/hosts') ?? '', resolvConfText: files.get('/etc/resolv.conf') ?? '' };
  },
};
