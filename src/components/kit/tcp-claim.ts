/** The port a component listens on, for preflight. */
import type { ComponentEntry, PortClaim } from '../../install/contract/declaration.ts';

/** A TCP port with the process names that may hold it already: the program's, cut to what the kernel keeps. */
export function tcpClaim(listen: string, entry: ComponentEntry): PortClaim {
  const [address, port] = [listen.slice(0, listen.lastIndexOf(':')), Number(listen.slice(listen.lastIndexOf(':') + 1))];
  const program = entry.binary?.split('/').at(-1)?.slice(0, 15) ?? '';
  const claim = { port, protocol: 'tcp', holders: [program] } as const;
  return address === '' ? claim : { ...claim, address: address.replace(/^\[|\]$/g, '') };
}
