import { Resolver } from 'node:dns/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { formatAddress, type HostPort } from '../address.ts'

export interface DnsDiscovery {
  /** The name whose AAAA records (A, if there are none) are the nodes' addresses. */
  name: string
  /** On which port the nodes listen. */
  port: number
  /** `address:port` of the DNS server to ask. Default: the system's. */
  server?: string | undefined
  /** How often the name is asked for again. Default 5,000. */
  intervalMs?: number | undefined
}

/**
 * Yields the addresses a name has, and again when they change. While the server does not answer, the last answer
 * stands: nodes do not leave because a DNS server does. Throws at once when `server` is not an address.
 */
export function lookUpPeers(discovery: DnsDiscovery, signal: AbortSignal): AsyncGenerator<HostPort[]> {
  const resolver = new Resolver({ timeout: 2000, tries: 1 })
  if (discovery.server) resolver.setServers([discovery.server])
  signal.addEventListener('abort', () => resolver.cancel(), { once: true })
  return watchName(resolver, discovery, signal)
}

async function* watchName(
  resolver: Resolver,
  discovery: DnsDiscovery,
  signal: AbortSignal,
): AsyncGenerator<HostPort[]> {
  let last: string | undefined

  while (!signal.aborted) {
    const hosts = await resolve(resolver, discovery.name)
    const peers = hosts?.map((host) => ({ host, port: discovery.port }))
    const text = peers?.map(formatAddress).sort().join(' ')
    if (peers && text !== last) yield peers
    last = text ?? last
    await delay(discovery.intervalMs ?? 5000, undefined, { signal }).catch(() => {})
  }
}

/** Undefined: the server did not answer, so nothing is known. */
async function resolve(resolver: Resolver, name: string): Promise<string[] | undefined> {
  try {
    const addresses = await resolver.resolve6(name).catch(nobody)
    return addresses.length > 0 ? addresses : await resolver.resolve4(name).catch(nobody)
  } catch {
    return undefined
  }
}

function nobody(error: NodeJS.ErrnoException): string[] {
  if (error.code === 'ENODATA' || error.code === 'ENOTFOUND') return []
  throw error
}
