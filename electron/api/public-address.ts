import { BlockList, isIP } from 'node:net';

/** Addresses that lead to this machine or its network, or nowhere (RFC 6890 and its successors). */
const reserved4 = new BlockList();
/** A list of its own: in one with IPv6, the mapped addresses would stand for every IPv4 address. */
const reserved6 = new BlockList();
const ranges4: [string, number][] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
];
/** Those that wrap an IPv4 address (mapped, NAT64, 6to4, Teredo) are refused as a whole: nobody serves images there. */
const ranges6: [string, number][] = [
  ['::', 96],
  ['::ffff:0:0', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
];
for (const [net, prefix] of ranges4) reserved4.addSubnet(net, prefix, 'ipv4');
for (const [net, prefix] of ranges6) reserved6.addSubnet(net, prefix, 'ipv6');

/** Whether an IP address is one of the public internet. */
export function isPublicAddress(address: string): boolean {
  const version = isIP(address);
  if (version === 6) return !reserved6.check(address, 'ipv6');
  return version === 4 && !reserved4.check(address, 'ipv4');
}
