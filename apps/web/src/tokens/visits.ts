import type { IncomingMessage } from 'node:http'
import type { BlogTables } from '@atoll/blog'
import { isSameEpoch, newerToken, type Reader, type Repo, RepoError, type Token } from '@atoll/repo'
import type { RawHeaders } from '../http/security-headers.ts'
import type { Notice } from './notice.ts'
import { readToken, tokenHeaders } from './token-headers.ts'

/** A request of someone who has seen or written something, which the answer may not be older than. */
export interface Visit {
  /** What has to be read from the primary, because this node does not have it yet. */
  readonly token: Token | undefined
  /** What the reader is to be told on the page. */
  readonly notice: Notice | undefined
  /** For the answer, which was made from data that was there; default: what this node has announced. */
  headers(seen?: Token): RawHeaders
}

export interface Visits {
  /** Nothing for a reader without a token. Waits, bounded, until this node has what the reader saw. */
  welcome(request: Pick<IncomingMessage, 'headers'>): Promise<Visit | undefined>
}

interface VisitOptions {
  repo: Pick<Repo<BlogTables>, 'reader' | 'announced' | 'waitFor'>
  /** A read that is answered whatever the database holds. */
  readAnything: (reader: Reader<BlogTables>) => Promise<unknown>
  /** For this node to catch up and the primary to be asked. */
  timeoutMs: number
  /** For this node alone. Default 1000. */
  patienceMs?: number
  isSecure: boolean
  /** Called before a reader is answered here: drops what is kept although it changed. */
  catchUp?: () => void
  /** Anyone can make up a token that is never reached: more than this many do not wait. */
  maxWaiting?: number
}

type Standing = 'here' | 'elsewhere' | Notice

/** Codes of a read that failed because nobody who has the data could be asked. */
const nobodyToAsk = new Set(['behind', 'no_primary', 'database_unavailable', 'schema_behind', 'aborted', 'unanswered'])

/**
 * Keeps the promise that nobody is shown less than he saw before: by waiting, then by asking the primary, and when
 * neither helps by saying so on the page.
 */
export function createVisits(options: VisitOptions): Visits {
  const { repo, readAnything, timeoutMs, patienceMs = 1000, isSecure, catchUp = () => {}, maxWaiting = 256 } = options
  let waiting = 0

  return {
    async welcome(request) {
      const token = readToken(request)
      if (!token) return undefined
      const standing = await standingOf(token)
      catchUp()
      return visitOf(token, standing)
    },
  }

  function visitOf(token: Token, standing: Standing): Visit {
    const isNotice = standing === 'lost' || standing === 'behind'
    return {
      token: standing === 'elsewhere' ? token : undefined,
      notice: isNotice ? standing : undefined,
      headers(seen = repo.announced) {
        // A lost token is exchanged for one of the history that there is, so that it is reported once.
        const next = standing === 'lost' ? seen : newerToken(token, seen)
        const told = isNotice ? ['Atoll-Notice', standing] : []
        return next ? [...told, ...tokenHeaders(next, { isSecure })] : told
      },
    }
  }

  async function standingOf(token: Token): Promise<Standing> {
    if (isAnnounced(token)) return 'here'
    if (waiting >= maxWaiting) return 'behind'
    waiting += 1
    try {
      const signal = AbortSignal.timeout(timeoutMs)
      const coverage = await repo.waitFor(token, { waitMs: patienceMs, signal })
      if (coverage !== 'behind') return coverage === 'covered' ? 'here' : 'lost'
      await readAnything(repo.reader({ token, signal }))
      return 'elsewhere'
    } catch (error) {
      return standingAfter(error)
    } finally {
      waiting -= 1
    }
  }

  function isAnnounced({ epoch, commit }: Token): boolean {
    const { announced } = repo
    return announced !== undefined && isSameEpoch(announced.epoch, epoch) && announced.commit >= commit
  }
}

function standingAfter(error: unknown): Notice {
  if (error instanceof RepoError && error.code === 'lost') return 'lost'
  if (error instanceof RepoError && nobodyToAsk.has(error.code)) return 'behind'
  if ((error as Error).name === 'TimeoutError') return 'behind'
  throw error
}
