/** How names are resolved: /etc/resolv.conf, and systemd-resolved, which holds port 53 on Ubuntu. */
import { type Fact, linesOf, parsePairs } from './fact.ts';
import type { HostFacts } from './types.ts';
import { DESCRIBE_PATH, parsePath } from './web-root.ts';

export const resolver: Fact<Pick<HostFacts, 'resolved' | 'resolvConf'>> = {
  name: 'resolver',
  script: `${DESCRIBE_PATH}
describe /etc/resolv.conf
echo "resolved=$(systemctl is-active systemd-resolved 2>/dev/null)"
sed 's/^/conf=/' /etc/resolv.conf 2>/dev/null`,
  parse(output) {
    const values = parsePairs(output);
    const nameservers = linesOf(output).flatMap((line) => /^conf=\s*nameserver\s+(\S+)/.exec(line)?.[1] ?? []);
    return { resolved: values.get('resolved') === 'active', resolvConf: { path: parsePath(values), nameservers } };
  },
};
