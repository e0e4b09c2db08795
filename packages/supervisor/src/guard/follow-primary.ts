import { setTimeout as delay } from 'node:timers/promises'
import type { Disk } from './disk.ts'
import { GuardError } from './errors.ts'
import type { Lease } from './lease.ts'
import type { Links } from './links.ts'
import type { LitefsApi } from './litefs-api.ts'
import type { Peers } from './peers.ts'
import { encodePosition } from './position.ts'
import type { LeaseRecord, LeaseValue, Picture } from './records.ts'
import { type SalvageOptions, saveCopy } from './salvage-copy.ts'
import { timing } from './timing.ts'

export interface FollowOptions {
  node: string
  /** May LiteFS take the lease where nobody holds it? */
  candidate: boolean
  disk: Disk
  lease: Lease
  links: Links
  litefs: LitefsApi
  peers: Peers
  look(): Promise<Picture>
  /** Is this node handing over the lease it holds? */
  isHandingOver(): boolean
  salvage: SalvageOptions
}

type Followed = Pick<LeaseValue, 'hostname' | 'advertise-url'>

/** Answers LiteFS's question whom to follow. It asks only while it is not primary itself. */
export function followPrimary(options: FollowOptions): () => Promise<Followed | undefined> {
  const { node, candidate, disk, lease, links, litefs, peers, look, isHandingOver, salvage } = options
  let saving: Promise<void> | undefined
  let savingFailedAt = Number.NEGATIVE_INFINITY
  /** The term of whom LiteFS was told to follow last. */
  let toldTerm: number | undefined

  return async function primary() {
    // It has given up what we hold, or started again; in a handover the lease is on its way to another.
    if (lease.reign && !isHandingOver()) await lease.reign.release({ leave: false })
    const held = await findHolder()
    toldTerm = held?.index
    if (!held?.value || held.session === undefined) return undefined
    if (disk.hasLed) await keepWhatWasOvertaken(held.value)
    const { host, port } = await links.openTo(held.value.node, held.value.address, held.index)
    return { hostname: held.value.hostname, 'advertise-url': `http://${host}:${port}` }
  }

  /**
   * LiteFS asks because it lost whom it followed, or the lease: where that is still written, the next holder may be only
   * moments away, and a wrong answer costs LiteFS a connection that fails and a pause. Our own name it must not get.
   */
  async function findHolder(): Promise<LeaseRecord | undefined> {
    const askedAt = performance.now()
    for (;;) {
      const { lease: held } = await look()
      const waitedMs = performance.now() - askedAt
      const holder = held?.session === undefined ? undefined : held.value?.node
      if (holder === node) {
        if (waitedMs > timing.takeWithin)
          throw new GuardError('failed', 'the lease still carries the name of this node')
      } else {
        const isNews = holder === undefined ? candidate : held!.index !== toldTerm
        if (isNews || waitedMs > timing.followAgainAfter) return held
      }
      await delay(20)
    }
  }

  async function keepWhatWasOvertaken(holder: LeaseValue) {
    if (performance.now() - savingFailedAt < 5000) throw new GuardError('failed', 'the last copy failed: waiting')
    saving ??= keep(holder)
      .catch((error) => {
        savingFailedAt = performance.now()
        throw error
      })
      .finally(() => {
        saving = undefined
      })
    return saving
  }

  async function keep(holder: LeaseValue) {
    const position = await litefs.position(2000)
    if (position && !(await holderHas(holder, encodePosition(position)))) {
      await saveCopy(salvage, position, holder.node)
    }
    await disk.setHasLed(false)
  }

  async function holderHas(holder: LeaseValue, position: string): Promise<boolean> {
    const peer = peers.get(holder.node)
    if (!peer) throw new GuardError('peer_unreachable', `${holder.node} is not known yet`)
    return (await peer.ask('has-been-at', { position }, 1000)) === 'yes'
  }
}
