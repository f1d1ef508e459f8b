import { BlockList, isIP } from 'node:net';

/** Whether a host (without brackets, in lower case) is reached directly at this port. */
export type Bypass = (host: string, port: number) => boolean;

type NamedHost = { name: string; port: number | undefined };

/**
 * Reads hosts as NO_PROXY lists them: `example.com` and `.example.com` are the domain and all below it, `host:port` that port
 * only, `10.0.0.0/8` a range of addresses, `*` everything. What is none of these matches nothing.
 */
export function createBypass(entries: readonly string[]): Bypass {
  const names: NamedHost[] = [];
  const ranges = new BlockList();
  for (const entry of entries) {
    const slash = entry.indexOf('/');
    if (slash === -1) names.push(readName(entry));
    else addRange(ranges, entry.slice(0, slash), entry.slice(slash + 1));
  }
  return (host, port) =>
    names.some(named => (named.port === undefined || named.port === port) && isNamed(host, named.name)) ||
    isInside(ranges, host);
}

function readName(entry: string): NamedHost {
  const text = entry.toLowerCase();
  if (isIP(text) !== 0) return { name: text, port: undefined };
  const [, host = text, port] = /^(\[.*\]|[^:]*)(?::(\d+))?$/.exec(text) ?? [];
  const name = host
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/^\*?\./, '')
    .replace(/\.$/, '');
  return { name, port: port === undefined ? undefined : Number(port) };
}

function isNamed(host: string, name: string): boolean {
  if (name === '*') return true;
  const plain = host.replace(/\.$/, '');
  if (isIP(plain) !== 0) return sameAddress(plain, name);
  return name !== '' && (plain === name || plain.endsWith(`.${name}`));
}

/** One IPv6 address is written in many ways. */
function sameAddress(host: string, name: string): boolean {
  const family = isIP(host);
  if (family !== isIP(name)) return false;
  if (family === 4) return host === name;
  const list = new BlockList();
  list.addAddress(name, 'ipv6');
  return list.check(host, 'ipv6');
}

function addRange(ranges: BlockList, address: string, bits: string): void {
  const family = isIP(address);
  const isRange = /^\d{1,3}$/.test(bits) && Number(bits) <= (family === 6 ? 128 : 32);
  if (family !== 0 && isRange) ranges.addSubnet(address, Number(bits), family === 6 ? 'ipv6' : 'ipv4');
}

function isInside(ranges: BlockList, host: string): boolean {
  const family = isIP(host);
  return family !== 0 && ranges.check(host, family === 6 ? 'ipv6' : 'ipv4');
}
