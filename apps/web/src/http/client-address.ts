import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
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
 */
export function createClientAddress({ trustedProxies, header = 'x-forwarded-for' }: ClientAddressOptions) {
  return function clientAddress({ headers, socket }: IncomingMessage): string {
    const { remoteAddress = '' } = socket
    if (!trustedProxies.has(remoteAddress)) return remoteAddress
    const said = lastUntrusted(headers[header])
    return said !== undefined && isIP(said) ? said : remoteAddress
  }

  function lastUntrusted(list: string | string[] | undefined): string | undefined {
    const addresses = String(list ?? '')
      .split(',')
      .map((address) => address.trim())
    return addresses.findLast((address) => !isIP(address) || !trustedProxies.has(address)) ?? addresses[0]
  }
}
