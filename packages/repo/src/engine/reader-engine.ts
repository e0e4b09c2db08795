import { encodeError, RepoError, type RepoErrorCode } from '../errors.ts'
import type { EngineAnswer, EngineRequest, FileState, Numbered } from '../host/messages.ts'
import type { ReadRequest } from '../protocol.ts'
import type { Token } from '../token.ts'
import type { Engine, EngineOptions } from './engine.ts'
import { largeBuffersOf } from './large-buffers.ts'
import { openReaderFile, type ReaderFile } from './reader-file.ts'
import { releaseMemory } from './release-memory.ts'

/** How often the reader looks for what nobody told it: commits of other processes, or a file that came back. */
const lookEveryMs = 500

/** An open read transaction stops LiteFS from applying what arrives, so a long queue is read in several. */
const transactionMs = 10

/** Answers that took less than this together are one message, which costs more than most reads. */
const leastMessageMs = 1

/** Failures of the file rather than of a statement: it is opened again. */
const fatal = new Set<RepoErrorCode>(['database_unavailable', 'not_a_database', 'not_writable'])

interface ReaderOptions extends EngineOptions {
  /** One of several readers of a file follows its commits. */
  followsCommits: boolean
}

/**
 * Answers reads. All that wait together share one read transaction, and so one look at the commit number: through
 * FUSE a read inside a transaction is some twenty times cheaper than one of its own.
 */
export function openReader({ followsCommits, ...options }: ReaderOptions): Engine {
  const { post, readingMark } = options
  let file: ReaderFile | undefined
  let state: FileState = { kind: 'opening' }
  let seen: Token | undefined
  let waiting: Numbered<EngineRequest>[] = []
  let answered: Numbered<EngineAnswer>[] = []
  let looking: NodeJS.Timeout | undefined
  let transactions = 0

  return {
    take(requests) {
      // After every message that is here already: they are to share a transaction, however they were sent.
      if (waiting.length === 0) setImmediate(work)
      waiting.push(...requests)
    },
  }

  function work() {
    const requests = waiting
    waiting = []
    readAll(requests.flatMap(({ id, body }) => (body.kind === 'read' ? { id, body: body.request } : [])))
    for (const { id, body } of requests) if (body.kind !== 'read') answered.push({ id, body: obey(body) })
    postAnswers()
  }

  function postAnswers() {
    const answers = answered
    answered = []
    if (answers.length > 0) post({ kind: 'answers', answers }, largeBuffersOf(answers))
  }

  function obey(request: EngineRequest): EngineAnswer {
    switch (request.kind) {
      case 'open':
        looking ??= setInterval(lookAfterFile, lookEveryMs).unref()
        if (request.since) see(request.since)
        lookAround()
        return { kind: 'noticed' }
      case 'check_file':
        checkFile()
        return { kind: 'noticed' }
      case 'classify':
        return classify(request.sql)
      case 'look':
        lookAround()
        return { kind: 'noticed' }
      case 'ping':
        return { kind: 'noticed' }
      case 'release_memory':
        releaseMemory()
        return { kind: 'noticed' }
      case 'close':
        clearInterval(looking)
        file?.close()
        file = undefined
        return { kind: 'noticed' }
      default:
        return { kind: 'failed', error: { code: 'failed', message: `a reader does not take ${request.kind}` } }
    }
  }

  function classify(sql: string): EngineAnswer {
    try {
      return { kind: 'classified', isWrite: reopen().isWrite(sql) }
    } catch (error) {
      giveUp(error)
      return { kind: 'failed', error: encodeError(error, sql) }
    }
  }

  /** Half of those who ask go on while the other half is read. */
  function readAll(requests: Numbered<ReadRequest>[]) {
    let next = 0
    while (next < requests.length) {
      try {
        readSome()
      } catch (error) {
        const data = encodeError(error, `cannot read ${options.file}`)
        giveUp(error)
        for (; next < requests.length; next++)
          answered.push({ id: requests[next]!.id, body: { kind: 'failed', error: data } })
      }
    }

    /** One read transaction. */
    function readSome() {
      const open = reopen()
      const startedAt = performance.now()
      const transaction = ++transactions
      try {
        open.inTransaction((at) => {
          do {
            const { id, body } = requests[next]!
            readingMark?.reading({ transaction, request: id })
            answered.push({ id, body: open.read(body, at) })
            next++
            const tookMs = performance.now() - startedAt
            if (answered.length >= requests.length / 2 && tookMs > leastMessageMs) postAnswers()
            if (tookMs > transactionMs) break
          } while (next < requests.length)
        })
      } finally {
        readingMark?.idle()
      }
    }
  }

  function reopen(): ReaderFile {
    file ??= openReaderFile(options, seen)
    if (state.kind !== 'ready') become(file.schemaState())
    if (state.kind === 'waiting_for_schema') {
      throw new RepoError('schema_behind', `the database lacks what this release needs: ${state.missing.join(', ')}`)
    }
    return file
  }

  /** Opens something anew: of what it knows already, the kernel goes on telling after LiteFS has died. */
  function checkFile() {
    try {
      options.readPosition?.({ anew: true })
    } catch (error) {
      giveUp(error)
    }
  }

  function lookAfterFile() {
    try {
      file?.assertInPlace()
    } catch (error) {
      giveUp(error)
    }
    lookAround()
  }

  function lookAround() {
    try {
      const notice = reopen().look()
      if (notice) seen = notice.token
      if (notice && followsCommits) post({ kind: 'commit', notice })
    } catch (error) {
      giveUp(error)
    }
  }

  function see(token: Token) {
    seen = token
    file?.seeFrom(token)
  }

  /** The file is opened again when somebody reads next, or at the next look. */
  function giveUp(error: unknown) {
    const data = encodeError(error, `cannot read ${options.file}`)
    if (data.code === 'schema_behind') return
    if (!fatal.has(data.code)) return
    try {
      file?.close()
    } catch {
      // Its file system is gone; there is nothing left to close.
    }
    file = undefined
    become({ kind: 'unavailable', error: data })
  }

  function become(next: FileState) {
    if (JSON.stringify(next) === JSON.stringify(state)) return
    state = next
    if (followsCommits) post({ kind: 'state', state })
  }
}
