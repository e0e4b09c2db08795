import { releaseMemory } from '../engine/release-memory.ts'
import { decodeError, RepoError } from '../errors.ts'
import type { Fence, ReadAnswer, WriteAnswer } from '../protocol.ts'
import { createAnnouncements } from './announcements.ts'
import type { DatabaseHost, DatabaseState } from './database-host.ts'
import type { Link } from './link.ts'
import type { EngineAnswer, FileState, FromEngine } from './messages.ts'

/** Where the engines of a database are. */
export interface Engines {
  /** The reader to ask next; all of them get what `every` is told. */
  reader(): Link
  readers(): Link[]
  writer(): Link
  /** See `DatabaseHost`; absent where a reader cannot be ended. */
  limitReads?(longestMs: number): void
  /** See `DatabaseHost`; absent where a reader cannot be ended. */
  checkFile?(): void
  /** Ends what holds the engines, once they have closed their files. */
  end(): Promise<void>
}

/** What the engines' side tells. */
export interface EngineEvents {
  onMessage(message: Exclude<FromEngine, { kind: 'answers' }>): void
  /** What held the engines is gone, and with it the reign. */
  onLost(error: RepoError): void
  /** There are engines again, and nothing has been asked of them yet. */
  onReplaced(): void
}

/** Hands on what an engine said: a commit to those who keep what it changed, then answers to those who asked. */
export function hear(message: FromEngine, link: Link, events: EngineEvents) {
  if (message.kind !== 'answers') return events.onMessage(message)
  if (message.notice) events.onMessage({ kind: 'commit', notice: message.notice })
  link.settle(message.answers)
}

/** Puts one database together, whatever its engines run in. */
export function createDatabase(startEngines: (events: EngineEvents) => Engines): DatabaseHost {
  const announcements = createAnnouncements()
  const stateListeners = new Set<(state: DatabaseState) => void>()
  let state: DatabaseState = { kind: 'opening' }
  let fence: Fence = { kind: 'open' }
  let isReading = false
  let isReigning = false
  let closing: Promise<void> | undefined

  const engines = startEngines({
    onMessage(message) {
      if (message.kind === 'state') become(decodeState(message.state))
      else announcements.announce(message.notice, { isReigning })
    },
    onLost(error) {
      isReigning = false
      if (!closing) become({ kind: 'unavailable', error })
    },
    onReplaced() {
      if (fence.kind === 'closed') void engines.writer().ask({ kind: 'fence', fence })
      if (isReading) void openReaders()
    },
  })

  return {
    get state() {
      return state
    },
    onState(listener) {
      stateListeners.add(listener)
      return () => void stateListeners.delete(listener)
    },
    get announced() {
      return announcements.announced
    },
    onCommit: announcements.listen,

    async read(request) {
      if (closing) throw closed()
      return (await engines.reader().ask({ kind: 'read', request })) as ReadAnswer
    },
    async isWrite(sql) {
      if (closing) throw closed()
      const answer = await engines.reader().ask({ kind: 'classify', sql })
      if (answer.kind !== 'classified') throw failureOf(answer)
      return answer.isWrite
    },
    async write(request) {
      if (closing) return { kind: 'failed', error: { code: 'closed', message: closed().message } }
      return (await engines.writer().ask({ kind: 'write', request })) as WriteAnswer
    },

    async startReading() {
      isReading = true
      await openReaders()
    },
    async prepareReign() {
      if (!closing) await engines.writer().ask({ kind: 'ping' })
    },
    async beginReign({ keep = false } = {}) {
      const answer = await engines.writer().ask({ kind: 'begin_reign', keep })
      if (answer.kind !== 'reign') throw failureOf(answer)
      isReigning = true
      announcements.startReign(answer.committed.token)
      // They need not find out by themselves what was announced just now.
      if (isReading) await openReaders()
      return answer.committed
    },
    async endReign() {
      isReigning = false
      await engines.writer().ask({ kind: 'end_reign' })
    },
    async setFence(next) {
      fence = next
      await engines.writer().ask({ kind: 'fence', fence })
    },
    limitReads: (longestMs) => engines.limitReads?.(longestMs),
    checkFile: () => engines.checkFile?.(),
    look() {
      for (const reader of engines.readers()) void reader.ask({ kind: 'look' })
    },
    reset() {
      announcements.dropAll()
      this.look()
    },
    async releaseMemory() {
      if (closing) return
      // A node that does not write has no writer: one is not started for this.
      const links = [...engines.readers(), ...(isReigning ? [engines.writer()] : [])]
      await Promise.all(links.map((link) => link.ask({ kind: 'release_memory' })))
      releaseMemory()
    },
    close() {
      closing ??= close()
      return closing
    },
  }

  async function openReaders() {
    const since = announcements.announced
    await Promise.all(engines.readers().map((reader) => reader.ask({ kind: 'open', since })))
  }

  async function close() {
    await engines.writer().ask({ kind: 'end_reign' })
    await Promise.all(engines.readers().map((reader) => reader.ask({ kind: 'close' })))
    await engines.end()
  }

  function become(next: DatabaseState) {
    state = next
    for (const listener of stateListeners) listener(state)
  }
}

function decodeState(state: FileState): DatabaseState {
  return state.kind === 'unavailable' ? { kind: 'unavailable', error: decodeError(state.error) } : state
}

function failureOf(answer: EngineAnswer): RepoError {
  return answer.kind === 'failed'
    ? decodeError(answer.error)
    : new RepoError('failed', `the database answered ${answer.kind}`)
}

function closed(): RepoError {
  return new RepoError('closed', 'the repo is closed')
}
