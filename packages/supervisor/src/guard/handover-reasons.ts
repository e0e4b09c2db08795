import type { Hearing } from './hearing.ts'
import type { Leading } from './leading.ts'

export interface HandoverReason {
  why: string
  /** Nothing for whoever is nearest to everything. */
  to?: string
  /** Writes wait during an attempt, also during one that fails: so long until the next. */
  retryAfterMs: number
}

export interface HandoverReasonsOptions {
  region: string
  preferredRegion: string | undefined
  returnAfterMs: number
  hearing: Hearing
  isFull(): boolean
  hasApplication(): boolean
}

/** How long a node leads without an application before another that has one is asked, in milliseconds. */
const idleFor = 5000

const soonAgain = 5000

/** Why a node that leads gives the lease to another although nobody asked for it. */
export function watchHandoverReasons(options: HandoverReasonsOptions) {
  const { region, preferredRegion, returnAfterMs, hearing, isFull, hasApplication } = options

  return function reasonToHandOver({ reign }: Leading, ledForMs: number): HandoverReason | undefined {
    if (isFull()) return { why: 'the disk is nearly full', retryAfterMs: soonAgain }
    // Not at once: an application starts after LiteFS.
    if (!hasApplication() && ledForMs > idleFor && hearing.servingMembers(reign.set).length > 0) {
      return { why: 'no application of this node writes', retryAfterMs: soonAgain }
    }
    if (preferredRegion === undefined || region === preferredRegion || ledForMs < returnAfterMs) return undefined
    const to = hearing.servingMembers(reign.set).find((peer) => peer.report?.region === preferredRegion)
    return to && { why: `the preferred region is ${preferredRegion}`, to: to.node, retryAfterMs: returnAfterMs }
  }
}
