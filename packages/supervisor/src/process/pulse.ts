import type { Child } from './child.ts'
import type { Log } from './log.ts'

/** A program that the supervisor started says by it that it does not stand still. */
const beatMessage = { kind: 'beat' } as const

const usualEveryMs = 500

/** Of looks rather than of time: after the supervisor itself stood still, the program deserves a chance. */
const mostSilentLooks = 7

/** Begins to tell this process's supervisor, if it has one, that it is well. */
export function beat(everyMs = usualEveryMs): void {
  const tell = () => process.connected && process.send!(beatMessage, () => {})
  tell()
  setInterval(tell, everyMs).unref()
}

interface WatchPulse {
  name: string
  log: Log
  everyMs?: number
}

/**
 * Ends a program that stood still for four seconds: it would keep the lease, and take no writes, for ever. From
 * its first beat on: one that loads its code may take its time, and one that never beats is not watched.
 */
export function watchPulse(child: Child, { name, log, everyMs = usualEveryMs }: WatchPulse): void {
  let silentLooks: number | undefined
  child.onMessage((message) => {
    if ((message as { kind?: string }).kind === beatMessage.kind) silentLooks = 0
  })
  const timer = setInterval(() => {
    if (silentLooks === undefined || silentLooks++ < mostSilentLooks) return
    clearInterval(timer)
    log.error({ child: name, pid: child.pid }, `${name} stands still; ending it`)
    child.signal('SIGKILL')
  }, everyMs).unref()
  void child.exited.then(() => clearInterval(timer))
}
