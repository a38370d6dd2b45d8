/** Where HAProxy's admin page of a node is, in its own configuration and below the portal alike. */
export function haproxyPath(nodename: string): string {
  return `/haproxy/${nodename}/`;
}
