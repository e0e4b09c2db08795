import { hostname as hostnameOfMachine } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { ReplicationError } from '../errors.ts'
import { createEventQueues } from '../event-queue.ts'
import type { Position, Replication } from '../replication.ts'
import { litefsApi } from './api.ts'
import { watchContinuity } from './continuity.ts'
import { parseEventLine } from './event-lines.ts'
import { readEventLines } from './event-stream.ts'
import { mountFiles } from './mount-files.ts'
import { followLeader } from './role.ts'

export interface LitefsOptions {
  /** The folder that LiteFS mounts. */
  mount: string
  /** The database's file name in it. */
  database: string
  /** LiteFS's HTTP address, as `http://127.0.0.1:20202`. */
  url: string
  /** This node's `lease.hostname`; the default is LiteFS's own: the machine's name. */
  hostname?: string
}

/** Waits between two tries to connect, in milliseconds; the last is repeated. */
const backOffMs = [0, 20, 50, 100, 200, 500]
/** How long LiteFS may take to answer a question about its state, in milliseconds. */
const answerWithinMs = 2000
/** How long a hand-over may take to be arranged, in milliseconds. */
const promoteWithinMs = 15_000

/** Follows the LiteFS of this node. It opens at once; the role is `unknown` until LiteFS has said it. */
export function openLitefs({ mount, database, url, hostname = hostnameOfMachine() }: LitefsOptions): Replication {
  const api = litefsApi(url)
  const files = mountFiles(mount, database)
  const queues = createEventQueues()
  const leader = followLeader(hostname, (role) => queues.publish({ kind: 'role', role }))
  const continuity = watchContinuity()
  const closing = new AbortController()
  const following = follow()

  return {
    get role() {
      return leader.role
    },
    async position() {
      if (closing.signal.aborted) throw new ReplicationError('closed', `${mount} is closed here`)
      return files.readPosition()
    },
    events: (signal) => queues.read({ kind: 'role', role: leader.role }, signal),
    snapshot: () => api.export(database),
    async promote() {
      if (leader.role.kind !== 'primary') await api.promote(within(promoteWithinMs))
    },
    async close() {
      closing.abort()
      leader.close()
      queues.close()
      await following
    },
  }

  async function follow() {
    for (let attempt = 0; !closing.signal.aborted; attempt++) {
      if (await readEvents()) attempt = 0
      await askInstead()
      await delay(backOffMs[Math.min(attempt, backOffMs.length - 1)], undefined, { signal: closing.signal }).catch(
        () => {},
      )
    }
  }

  /** Reads one connection to its end; says whether it gave anything. */
  async function readEvents(): Promise<boolean> {
    let hasBegun = false
    try {
      const lines = readEventLines({ url: `${url}/events`, connectMs: answerWithinMs, signal: closing.signal })
      for await (const line of lines) {
        take(line)
        // There is no replay: what happened before the first line is seen in the file, read after it.
        if (!hasBegun) void catchUp()
        hasBegun = true
      }
    } catch {
      // Gone or not there yet: the fallback says what is known, and the next attempt follows.
    }
    return hasBegun
  }

  function take(line: string) {
    const event = parseEventLine(line, database)
    if (event?.kind === 'leader') leader.say(event)
    else if (event?.kind === 'transaction') publishPosition(event.position)
    else if (event?.kind === 'deleted') {
      continuity.forget()
      queues.publish({ kind: 'reset' })
    }
  }

  async function catchUp() {
    const position = await files.readPosition().catch(() => undefined)
    if (position && !closing.signal.aborted && !continuity.hasSeen(position)) publishPosition(position)
  }

  function publishPosition(position: Position) {
    const step = continuity.step(position)
    if (step === 'same') return
    if (step === 'broken') queues.publish({ kind: 'reset' })
    queues.publish({ kind: 'transaction', position })
  }

  /** Without the stream: what `/info` says, else the file, which can name a primary but never prove that this is one. */
  async function askInstead() {
    if (closing.signal.aborted) return
    const said = await api.leader(within(answerWithinMs)).catch(() => undefined)
    if (said) return leader.say(said)
    const named = await Promise.race([
      files.readPrimary().catch(() => undefined),
      delay(answerWithinMs, undefined, { ref: false }),
    ])
    if (!closing.signal.aborted) leader.say({ isPrimary: false, hostname: named })
  }

  function within(ms: number): AbortSignal {
    return AbortSignal.any([closing.signal, AbortSignal.timeout(ms)])
  }
}
