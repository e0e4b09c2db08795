import { encodeError, RepoError } from '../errors.ts'
import type { EngineAnswer, EngineRequest, Numbered } from '../host/messages.ts'
import type { Fence, WriteRequest } from '../protocol.ts'
import type { Engine, EngineOptions } from './engine.ts'
import { beginReign, type Reign } from './reign.ts'
import { releaseMemory } from './release-memory.ts'

type Waiting = Numbered<EngineRequest>

/** The one writer. It opens the database only for a reign, and takes what it is asked in order. */
export function openWriter(options: EngineOptions): Engine {
  const { file, post } = options
  const waiting: Waiting[] = []
  let reign: Reign | undefined
  let fence: Fence = { kind: 'open' }
  let isBusy = false

  return {
    take(requests) {
      for (const request of requests) {
        // At once, so that no further group begins; it is answered in its turn, when none runs.
        if (request.body.kind === 'fence') fence = request.body.fence
        waiting.push(request)
      }
      if (!isBusy) continueSoon()
    },
  }

  /** After every message that is here already: they are to share the next group, however they were sent. */
  function continueSoon() {
    isBusy = true
    setImmediate(work)
  }

  async function work() {
    if (waiting[0]!.body.kind === 'write') await runGroup()
    else {
      const { id, body } = waiting.shift()!
      post({ kind: 'answers', answers: [{ id, body: await obey(body) }] })
    }
    isBusy = false
    if (waiting.length > 0) continueSoon()
    else rest()
  }

  async function obey(request: EngineRequest): Promise<EngineAnswer> {
    try {
      switch (request.kind) {
        case 'begin_reign':
          endReign()
          reign = await beginReign({ ...options, keep: request.keep })
          return { kind: 'reign', committed: reign.begun }
        case 'end_reign':
          endReign()
          return { kind: 'noticed' }
        case 'release_memory':
          reign?.shrink()
          releaseMemory()
          return { kind: 'noticed' }
        case 'fence':
        case 'ping':
          return { kind: 'noticed' }
        default:
          throw new RepoError('failed', `the writer does not take ${request.kind}`)
      }
    } catch (error) {
      return { kind: 'failed', error: encodeError(error, `cannot open ${file}`), found: false }
    }
  }

  async function runGroup() {
    const writes: WriteRequest[] = []
    for (const { body } of waiting) {
      if (body.kind !== 'write') break
      writes.push(body.request)
    }
    const refusal = refuseAll()
    const startedAt = performance.now()
    const { answers, notice } = refusal
      ? { answers: writes.map(() => refusal), notice: undefined }
      : await reign!.run(writes)
    const commitMs = performance.now() - startedAt
    for (const answer of answers) if (answer.kind === 'done') answer.commitMs = commitMs
    const taken = waiting.splice(0, answers.length)
    post({ kind: 'answers', answers: taken.map(({ id }, index) => ({ id, body: answers[index]! })), notice })
  }

  function refuseAll(): (EngineAnswer & { kind: 'failed' }) | undefined {
    if (fence.kind === 'closed') return refuse(new RepoError('fenced', `this node may not write now: ${fence.reason}`))
    return reign ? undefined : refuse(new RepoError('not_primary', 'no reign has begun on this node'))
  }

  function rest() {
    try {
      if (fence.kind === 'open') reign?.rest()
    } catch {
      // The planner goes on with what it knows; the next write says what is wrong with the file.
    }
  }

  function endReign() {
    reign?.close()
    reign = undefined
  }
}

function refuse(error: RepoError): EngineAnswer & { kind: 'failed' } {
  return { kind: 'failed', error: encodeError(error, ''), found: false }
}
