/** Files of one directive a line (chrony.conf, dnsmasq.conf, hosts, sysctl, environment): each given line stays one line. */

/** The text: a comment, then the lines. Throws on a line that holds a line end or another control character than a tab. */
export function formatLineFile(comment: string, lines: readonly string[]): string {
  for (const line of [comment, ...lines]) {
    if (/[\u0000-\u0008\u000a-\u001f\u007f]/.test(line)) throw new Error(`not one line: ${JSON.stringify(line)}`);
  }
  return [`# ${comment}`, ...lines, ''].join('\n');
}
