/** The port a component listens on, for preflight. */
import type { ComponentEntry, PortClaim } from '../../install/contract/declaration.ts';

/** A TCP port, and the process name that may hold it already: that of the program, of which the kernel keeps 15 characters. */
export function tcpClaim(listen: string, entry: ComponentEntry): PortClaim {
  const [address, port] = [listen.slice(0, listen.lastIndexOf(':')), Number(listen.slice(listen.lastIndexOf(':') + 1))];
  const program = entry.binary?.split('/').at(-1)?.slice(0, 15) ?? '';
  const claim = { port, protocol: 'tcp', holders: [program] } as const;
  return address === '' ? claim : { ...claim, address: address.replace(/^\[|\]$/g, '') };
}
