/** IPv4 ranges in CIDR notation (RFC 4632), as VPCs and routes have them. */

/** A range as numbers of addresses: `10.40.0.0/24` is 170,393,600 to 170,393,855. */
export interface AddressRange {
  first: number;
  last: number;
  /** Bits that all addresses share: 24 of `/24`. */
  prefixLength: number;
}

/**
 * @param text of the form `a.b.c.d/n`
 * @returns the range, or in words what is wrong with it; nothing but the first address of a range names it
 */
export function parseRange(text: string): AddressRange | string {
  const [address = '', bits = ''] = text.split('/');
  const octets = address.split('.').map(Number);
  const prefixLength = Number(bits);
  if (octets.some((octet) => octet > 255) || prefixLength > 32) return `${text} is no IPv4 range`;
  const written = octets.reduce((sum, octet) => sum * 256 + octet, 0);
  const size = 2 ** (32 - prefixLength);
  const first = written - (written % size);
  if (first !== written) return `${text} is in the middle of its range: write ${dotted(first)}/${prefixLength}`;
  return { first, last: first + size - 1, prefixLength };
}

/** Whether two ranges have an address in common. */
export function overlap(one: AddressRange, other: AddressRange): boolean {
  return one.first <= other.last && other.first <= one.last;
}

function dotted(address: number): string {
  return [2 ** 24, 2 ** 16, 2 ** 8, 1].map((unit) => Math.floor(address / unit) % 256).join('.');
}
