import { formatAddress, type HostPort } from '../address.ts'
import { keepLink, type Link, type LinkOptions } from './link.ts'
import type { Session } from './session.ts'

export type ContactsOptions = Pick<LinkOptions, 'connect' | 'isSelf' | 'onChange' | 'onProblem'>

/** Every address we know, and a link to each. */
export interface Contacts {
  /** The whole list that discovery gives now. */
  discovered(peers: readonly HostPort[]): void
  /** A node that called us; returns how to say that it is no longer connected. */
  introduce(peer: HostPort, instance: string): () => void
  session(address: string): Session | undefined
  /** One for each node that is there, by its name. */
  sessions(): [address: string, Session][]
  close(): void
}

export function createContacts(options: ContactsOptions): Contacts {
  const links = new Map<string, Link>()
  const introduced = new Map<string, number>()
  const problems = new Map<string, string>()
  let listed = new Set<string>()

  function add(to: HostPort): void {
    const address = formatAddress(to)
    if (links.has(address)) return
    links.set(address, keepLink({ ...options, to, isWanted: () => keepIfWanted(address), onChange, onProblem }))
  }

  /** An address that is no longer listed is kept while it answers: a server may forget a node that is well. */
  function keepIfWanted(address: string): boolean {
    const isWanted = listed.has(address) || introduced.has(address)
    if (!isWanted) links.delete(address)
    return isWanted
  }

  function onChange(): void {
    for (const [address] of upLinks()) problems.delete(address)
    options.onChange()
  }

  const onProblem: LinkOptions['onProblem'] = (address, error) => {
    if (problems.get(address) === error.code) return
    problems.set(address, error.code)
    options.onProblem(address, error)
  }

  function upLinks(): [string, Session][] {
    return [...links].flatMap(([address, { state }]) =>
      state.kind === 'up' ? [[address, state.session] as const] : [],
    )
  }

  function sessions(): [string, Session][] {
    // A node may be listed by name and have introduced itself by address, or have several addresses.
    const byInstance = new Map(
      upLinks()
        .reverse()
        .map((entry) => [entry[1].peer.instance, entry]),
    )
    return [...byInstance.values()].sort(([, a], [, b]) => (a.peer.name < b.peer.name ? -1 : 1))
  }

  return {
    discovered(peers) {
      listed = new Set(peers.map(formatAddress))
      for (const peer of peers) add(peer)
      for (const [address, link] of links) {
        if (link.state.kind !== 'up' && !keepIfWanted(address)) link.close()
      }
    },
    introduce(peer, instance) {
      const address = formatAddress(peer)
      introduced.set(address, (introduced.get(address) ?? 0) + 1)
      if (!sessions().some(([, session]) => session.peer.instance === instance)) add(peer)
      return () => {
        const left = introduced.get(address)! - 1
        if (left > 0) introduced.set(address, left)
        else introduced.delete(address)
      }
    },
    session(address) {
      const link = links.get(address)
      return link?.state.kind === 'up' ? link.state.session : undefined
    },
    sessions,
    close() {
      for (const link of links.values()) link.close()
      links.clear()
    },
  }
}
