import { networkInterfaces } from 'node:os'
import { askWho, type ClusterError, discover, formatAddress, type HostPort } from '@atoll/cluster'
import type { ClusterPlacement } from '../placement.ts'
import { type Finding, type FindingCode, find } from './findings.ts'

/** How long the other nodes may take to be found. */
const discoverWithinMs = 3000

/** Whether this release, with this secret, could talk to each of the other nodes. */
export async function checkNodes({ discovery, secret }: ClusterPlacement): Promise<Finding[]> {
  const isHere = ({ host }: HostPort) => ownAddresses().includes(host)
  const others = (await firstAddresses(discovery)).filter((address) => !isHere(address))
  const found = await Promise.all(
    others.map((to) =>
      askWho(to, { secret }).then(
        () => [],
        (error) => judge(to, error),
      ),
    ),
  )
  return found.flat()
}

function judge(to: HostPort, { code, message }: ClusterError): Finding[] {
  const codes: Partial<Record<string, FindingCode>> = {
    incompatible: 'versions_cannot_talk',
    unauthenticated: 'secret_differs',
  }
  const known = codes[code] ?? 'node_unreachable'
  return find(known, known === 'versions_cannot_talk' ? `${message}, at ${formatAddress(to)}` : message)
}

async function firstAddresses(discovery: ClusterPlacement['discovery']): Promise<HostPort[]> {
  for await (const addresses of discover(discovery, AbortSignal.timeout(discoverWithinMs))) return addresses
  return []
}

function ownAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address))
}
