/** The Debian mirror this machine's apt uses, so that trees come from where packages may be fetched. */
import { mustRun } from './run-command.ts';

/** apt source lines of `suite` with its updates and security suites, at the mirrors this machine is configured for. */
export async function debianSources(suite: string): Promise<readonly string[]> {
  const text = await mustRun(['apt-get', 'indextargets', '--format', '$(REPO_URI) $(SUITE) $(LABEL)', 'Created-By: Packages']);
  const lines = text.split('\n').map((line) => /^(\S+) \S+ (.*)$/.exec(line));
  const uriOf = (label: string): string | undefined => lines.find((match) => match?.[2] === label)?.[1];
  const main = uriOf('Debian') ?? 'http://ftp.debian.org/debian';
  const security = uriOf('Debian-Security') ?? 'http://security.debian.org/debian-security';
  if (suite === 'bullseye') return [`deb ${main} ${suite} main`];
  return [`deb ${main} ${suite} main`, `deb ${main} ${suite}-updates main`, `deb ${security} ${suite}-security main`];
}
