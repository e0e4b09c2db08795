import type { Consul } from './consul-client.ts'
import type { Disk } from './disk.ts'
import { isMember, isNewer, type Member } from './in-sync-set.ts'
import type { Lease } from './lease.ts'
import { type GuardLog, sayChanges } from './log.ts'
import { repeat, watchSilence } from './observer.ts'
import { type Keys, lookAt, type NodeRecord, type Picture, releaseSteps } from './records.ts'
import { timing } from './timing.ts'

export interface ConsulWatchOptions {
  consul: Consul
  keys: Keys
  disk: Disk
  lease: Lease
  self: Member
  /** Without its count. */
  record: Omit<NodeRecord, 'count'>
  onPicture(picture: Picture): void
  signal: AbortSignal
  log: GuardLog
}

export interface ConsulWatch {
  readonly picture: Picture | undefined
  readonly seenAt: number | undefined
  /** For how long every look has succeeded, in milliseconds; 0 while they fail. */
  readonly clearForMs: number
  /** Has whoever holds the lease been silent for long enough to lose it? */
  readonly isHolderSilent: boolean
  look(): Promise<Picture>
  /** Takes the lease from a silent holder, though this node is not a member: only when a person says so. */
  deposeSilent(): Promise<void>
  /** From now on it looks and writes by itself. */
  begin(): void
  close(): Promise<void>
}

/** Looks at Consul twice a second, writes that this node lives, and takes the lease from a holder that is silent. */
export function watchConsul(options: ConsulWatchOptions): ConsulWatch {
  const { consul, keys, disk, lease, self, record, onPicture, signal, log } = options
  const isSilent = watchSilence()
  const sayConsul = sayChanges(log.warn)
  const sayWriting = sayChanges(log.error)
  let picture: Picture | undefined
  let seenAt: number | undefined
  let clearSince: number | undefined
  // A node that starts again goes on counting from above: the clock is a good place to begin.
  let count = Date.now()
  /** The look that showed a holder who has been silent for long enough; a newer one may show another, who is not. */
  let seenSilent: Picture | undefined
  let loops: Promise<void>[] = []

  return {
    get picture() {
      return picture
    },
    get seenAt() {
      return seenAt
    },
    get clearForMs() {
      return clearSince === undefined ? 0 : performance.now() - clearSince
    },
    get isHolderSilent() {
      return seenSilent !== undefined
    },
    look,
    async deposeSilent() {
      if (seenSilent) await depose(seenSilent)
    },
    begin() {
      loops = [
        repeat({ everyMs: timing.lookEvery, signal }, observe),
        repeat({ everyMs: timing.recordEvery, signal }, writeRecord),
      ]
    },
    async close() {
      await Promise.all(loops)
    },
  }

  async function look(): Promise<Picture> {
    const seen = await lookAt(consul, keys)
    picture = seen
    seenAt = performance.now()
    const set = seen.set?.value
    if (set && (disk.newestSet?.lineage !== set.lineage || isNewer(set, disk.newestSet))) {
      await disk.storeSet(set).catch((error) => log.error({ error }, 'cannot store the in-sync set'))
    }
    onPicture(seen)
    return seen
  }

  async function observe() {
    const askedAt = performance.now()
    try {
      const shown = await look()
      const { lease: held, heartbeat } = shown
      lease.reign?.sawSet(shown, askedAt)
      sayConsul(undefined)
      clearSince ??= askedAt
      const isOwn = held?.value?.node === self.node && held.value.disk === self.disk
      const isAnothers = held?.session !== undefined && !isOwn
      const term = isAnothers ? held.index : undefined
      const seen = { kind: 'seen', askedAt, answeredAt: performance.now(), term, heartbeat: heartbeat?.index } as const
      seenSilent = isSilent(seen) ? shown : undefined
      if (seenSilent) await deposeAsMember(seenSilent)
      if (held?.session !== undefined && isOwn) await releaseOrphan(held.index, held.session)
    } catch (error) {
      isSilent({ kind: 'failed' })
      seenSilent = undefined
      clearSince = undefined
      sayConsul('Consul cannot be asked', { error: (error as Error).message })
      throw error
    }
  }

  /** Only a member takes the lease away: another could not lead in its place. */
  async function deposeAsMember(seen: Picture) {
    if (seen.set?.value && isMember(seen.set.value, self)) await depose(seen)
  }

  async function depose({ lease: held, heartbeat }: Picture) {
    if (held?.session === undefined) return
    const { index, session } = held
    const outcome = await consul.transact([
      heartbeat
        ? { verb: 'check-index', key: keys.heartbeat, index: heartbeat.index }
        : { verb: 'check-not-exists', key: keys.heartbeat },
      ...releaseSteps(keys, { index, session }),
    ])
    if (outcome.kind === 'refused') return
    log.warn({ holder: held.value?.node, term: index }, 'took the lease from a holder that fell silent')
    await consul.destroySession(session)
  }

  /** The lease is ours and no reign is: an earlier guard of this node held it, or an acquire got no answer. */
  async function releaseOrphan(index: number, session: string) {
    if (lease.reign || lease.isAcquiring) return
    await consul.transact(releaseSteps(keys, { index, session }))
  }

  async function writeRecord() {
    count += 1
    const value = JSON.stringify({ ...record, count } satisfies NodeRecord)
    const outcome = await consul.transact([{ verb: 'set', key: keys.node(self.node), value }])
    // Consul shows nothing, and no error, of keys that the token may not read: only a writing tells.
    sayWriting(outcome.kind === 'refused' ? `Consul takes nothing from this node: ${outcome.reason}` : undefined)
  }
}
