import { BlockList, isIP, isIPv6 } from 'node:net'

/** Names for networks that nobody reaches from outside. */
const namedNetworks: Record<string, string[]> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  // RFC 1918, RFC 6598 and RFC 4193; platforms put their proxies into these.
  private: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7', 'fe80::/10'],
}

export interface Networks {
  /** Whether this address, as a socket gives it, is in one of them. */
  has(address: string | undefined): boolean
}

/**
 * Reads `loopback, private, 203.0.113.0/24, 2001:db8::1`; `none` is none. Returns nothing when a part is not a network.
 */
export function parseNetworks(text: string): Networks | undefined {
  const list = new BlockList()
  const words = text.split(',').map((word) => word.trim())
  if (text.trim() !== 'none') {
    for (const network of words.flatMap((word) => namedNetworks[word] ?? [word])) {
      if (!addNetwork(list, network)) return undefined
    }
  }
  return {
    has: (address) => address !== undefined && list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4'),
  }
}

function addNetwork(list: BlockList, network: string): boolean {
  const [address = '', length, ...rest] = network.split('/')
  const version = isIP(address)
  if (version === 0 || rest.length > 0) return false
  const bits = version === 6 ? 128 : 32
  const prefix = length === undefined ? bits : Number(length)
  if (!/^\d+$/.test(length ?? String(bits)) || prefix > bits) return false
  list.addSubnet(address, prefix, version === 6 ? 'ipv6' : 'ipv4')
  return true
}
