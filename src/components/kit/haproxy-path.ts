/** The path of a node's HAProxy admin page: in HAProxy's own configuration and below the portal it is the same. */
export function haproxyPath(nodename: string): string {
  return `/haproxy/${nodename}/`;
}
