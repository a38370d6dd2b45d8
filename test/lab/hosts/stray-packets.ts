/** Counts the packets that hosts of a lab send to addresses outside it, with nftables in the lab's own network namespace (nft(8)). */

/** What left the hosts for somewhere else. */
export interface StrayPackets {
  readonly count: number;
  /** `address protocol port`, one per destination of TCP and UDP, sorted. */
  readonly destinations: readonly string[];
}

/** Rules for `nft -f`. Multicast and broadcast stay on the bridge and are not counted. */
export const STRAY_RULES = `table inet lab {
  set destinations4 { type ipv4_addr . inet_proto . inet_service; flags dynamic; size 4096; timeout 1d; }
  set destinations6 { type ipv6_addr . inet_proto . inet_service; flags dynamic; size 4096; timeout 1d; }
  counter stray { }
  chain seen {
    type filter hook prerouting priority raw; policy accept;
    iifname != "br0" accept
    ip daddr { 10.77.0.0/24, 224.0.0.0/4, 255.255.255.255, 0.0.0.0/8 } accept
    ip6 daddr { fe80::/10, ff00::/8 } accept
    counter name stray
    meta nfproto ipv4 meta l4proto { tcp, udp } update @destinations4 { ip daddr . meta l4proto . th dport }
    meta nfproto ipv6 meta l4proto { tcp, udp } update @destinations6 { ip6 daddr . meta l4proto . th dport }
  }
}
`;

interface Ruleset {
  readonly nftables: readonly {
    readonly counter?: { readonly name: string; readonly packets: number };
    readonly set?: { readonly name: string; readonly elem?: readonly SetElement[] };
  }[];
}

type Concatenation = { readonly concat: readonly (string | number)[] };
type SetElement = Concatenation | { readonly elem: { readonly val: Concatenation } };

/** Reads the counters out of `nft -j list ruleset`. */
export function readStrayPackets(json: string): StrayPackets {
  const { nftables } = JSON.parse(json) as Ruleset;
  const counter = nftables.find((item) => item.counter?.name === 'stray')?.counter;
  if (counter === undefined) throw new Error('the lab has lost its packet counter');
  const elements = nftables.flatMap((item) => item.set?.elem ?? []);
  const destinations = elements.map((element) => ('elem' in element ? element.elem.val : element).concat.join(' '));
  return { count: counter.packets, destinations: destinations.sort() };
}
