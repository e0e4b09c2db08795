import { setTimeout as delay } from 'node:timers/promises'
import { formatAddress, type HostPort } from '../address.ts'
import { ClusterError } from '../errors.ts'
import type { Session } from './session.ts'

export type LinkState =
  | { kind: 'down' }
  | { kind: 'up'; session: Session }
  /** The address is our own. */
  | { kind: 'self' }

export interface LinkOptions {
  to: HostPort
  /** Connects; `onClose` is called when the session that it made ends. */
  connect: (to: HostPort, signal: AbortSignal, onClose: (reason: ClusterError) => void) => Promise<Session>
  isSelf: (session: Session) => boolean
  /** Whether the address is still one to be connected to; asked after a connection was lost or failed. */
  isWanted: () => boolean
  onChange: () => void
  onProblem: (address: string, error: ClusterError) => void
}

export interface Link {
  readonly address: string
  readonly state: LinkState
  close(): void
}

const firstPauseMs = 100
const longestPauseMs = 2000

/** Keeps a connection to an address, and makes it again when it is lost. */
export function keepLink(options: LinkOptions): Link {
  const { to, isSelf, isWanted, onChange, onProblem } = options
  const address = formatAddress(to)
  const end = new AbortController()
  let state: LinkState = { kind: 'down' }
  void run()

  async function run(): Promise<void> {
    let pauseMs = firstPauseMs
    while (!end.signal.aborted && state.kind !== 'self') {
      const reached = await stayConnected().catch(report)
      if (end.signal.aborted || !isWanted()) break
      pauseMs = reached ? firstPauseMs : Math.min(pauseMs * 2, longestPauseMs)
      // Some of the time is left to chance: nodes that lost the same peer do not all come back at once.
      await delay(pauseMs * (0.5 + Math.random() / 2), undefined, { signal: end.signal }).catch(() => {})
    }
  }

  /** Resolves when the connection ended, to whether there was one. */
  async function stayConnected(): Promise<boolean> {
    const { promise: closed, resolve } = Promise.withResolvers<ClusterError>()
    const session = await options.connect(to, end.signal, resolve)
    change(isSelf(session) ? { kind: 'self' } : { kind: 'up', session })
    if (state.kind === 'self') session.close(new ClusterError('closed', 'this is my own address'))
    else await closed
    if (state.kind === 'up') change({ kind: 'down' })
    return true
  }

  function report(error: unknown): boolean {
    if (!end.signal.aborted && error instanceof ClusterError) onProblem(address, error)
    return false
  }

  function change(next: LinkState): void {
    state = next
    onChange()
  }

  return {
    address,
    get state() {
      return state
    },
    close() {
      end.abort(new ClusterError('closed', 'this node stops'))
      if (state.kind === 'up') state.session.close(new ClusterError('closed', 'this node stops'))
    },
  }
}
