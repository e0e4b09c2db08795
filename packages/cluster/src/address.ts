import { isIPv6 } from 'node:net'
import { ClusterError } from './errors.ts'

/** Where something listens: a host name or an IP address, and a port. */
export interface HostPort {
  host: string
  port: number
}

/** The one spelling of an address, so that equal addresses are equal strings: `[::1]:4100`, `10.0.0.1:4100`. */
export function formatAddress({ host, port }: HostPort): string {
  return isIPv6(host) ? `[${host.toLowerCase()}]:${port}` : `${host.toLowerCase()}:${port}`
}

/** Reads `host:port`. An IPv6 address stands in brackets. Without a port, `defaultPort` is taken if there is one. */
export function parseAddress(text: string, defaultPort?: number): HostPort {
  const match = /^(?:\[(?<v6>[^\]]+)\]|(?<host>[^\s:[\]]+))(?::(?<port>\d{1,5}))?$/.exec(text.trim())
  const host = match?.groups?.v6 ?? match?.groups?.host
  const port = match?.groups?.port === undefined ? defaultPort : Number(match.groups.port)
  if (host === undefined || port === undefined || port < 1 || port > 65535 || (match?.groups?.v6 && !isIPv6(host))) {
    throw new ClusterError('bad_address', `"${text}" is not an address`)
  }
  return { host, port }
}

/** An IPv4 client of a socket that listens on `::` shows as `::ffff:10.0.0.1`; this is the address it has itself. */
export function plainHost(remoteAddress: string): string {
  return remoteAddress.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/, '')
}

/** `::` and `0.0.0.0` stand for all addresses of a machine: one can listen there, and not connect. */
export function isEveryAddress(host: string): boolean {
  return host === '::' || host === '0.0.0.0'
}
