import type { HostPort } from '../address.ts'
import { type DnsDiscovery, lookUpPeers } from './dns.ts'

/** Where the other nodes are. Our own address may be among them. */
export type Discovery = { kind: 'static'; peers: readonly HostPort[] } | ({ kind: 'dns' } & DnsDiscovery)

/** Yields the whole list of addresses, at first and whenever it changed. */
export function discover(discovery: Discovery, signal: AbortSignal): AsyncIterable<HostPort[]> {
  return discovery.kind === 'static' ? once([...discovery.peers]) : lookUpPeers(discovery, signal)
}

async function* once<T>(value: T): AsyncGenerator<T> {
  yield value
}
