import type { IncomingMessage } from 'node:http'
import { isIP, isIPv6 } from 'node:net'
import type { Networks } from './networks.ts'

interface ClientAddressOptions {
  /** Whose headers are believed. */
  trustedProxies: Networks
  /** A list like `x-forwarded-for`, the default, or one address like `fly-client-ip`. Lower case. */
  header?: string
}

/**
 * Tells where a reader is. Anybody can send a header, and proxies append to the list that they were sent: so a header
 * is believed only from a trusted proxy, and of a list only what trusted proxies wrote, which is its end.
 *
 * Whoever has one IPv6 address has 2^64 of them, and would have a limit for each: so it is the network that is told.
 */
export function createClientAddress({ trustedProxies, header = 'x-forwarded-for' }: ClientAddressOptions) {
  return function clientAddress({ headers, socket }: IncomingMessage): string {
    const { remoteAddress = '' } = socket
    if (!trustedProxies.has(remoteAddress)) return networkOf(remoteAddress)
    const said = lastUntrusted(headers[header])
    return networkOf(said !== undefined && isIP(said) ? said : remoteAddress)
  }

  function lastUntrusted(list: string | string[] | undefined): string | undefined {
    const addresses = String(list ?? '')
      .split(',')
      .map((address) => address.trim())
    return addresses.findLast((address) => !isIP(address) || !trustedProxies.has(address)) ?? addresses[0]
  }
}

/** `2001:db8::1` → `2001:db8:0:0::/64`. IPv4 stays as it is, written as IPv6 too. */
function networkOf(address: string): string {
  if (!isIPv6(address) || address.includes('.')) return address
  const [start, end] = address.split('::', 2).map((part) => part.split(':').filter((group) => group !== ''))
  const zeros = end ? Array<string>(8 - start!.length - end.length).fill('0') : []
  const groups = [...start!, ...zeros, ...(end ?? [])].slice(0, 4)
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`
}
