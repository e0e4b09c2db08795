import { setTimeout as delay } from 'node:timers/promises'
import { type BackoffOptions, createBackoff } from './backoff.ts'
import { type Child, describeExit, type Exit } from './child.ts'
import type { Log } from './log.ts'

export interface KeepRunning {
  name: string
  /** Called for each run. What it throws counts as a run that ended at once. */
  start: () => Promise<Child>
  /** A run has ended and the next starts after `waitMs`. */
  onExit?: (ended: Ended) => void
  log: Log
  backoff?: BackoffOptions
}

export interface Ended {
  exit: Exit
  waitMs: number
  lastLines: readonly string[]
}

export interface Kept {
  /** The one that runs now, if any. */
  readonly child: Child | undefined
  /** Ends the child and starts no other. */
  stop(options: { graceMs: number }): Promise<Exit | undefined>
}

/** Starts a child, and starts it again each time it ends, until it is stopped. */
export function keepRunning({ name, start, onExit, log, backoff: waits }: KeepRunning): Kept {
  const backoff = createBackoff(waits)
  const stopping = new AbortController()
  let child: Child | undefined
  const ended = run()

  return {
    get child() {
      return child?.exit ? undefined : child
    },
    async stop({ graceMs }) {
      stopping.abort()
      const exit = await child?.stop({ graceMs })
      await ended
      return exit
    },
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      const startedAt = performance.now()
      const exit = await runOnce()
      if (stopping.signal.aborted) return
      const ranMs = Math.round(performance.now() - startedAt)
      const waitMs = backoff.after(ranMs)
      log.error(
        { child: name, ranMs, waitMs, inARow: backoff.failures },
        `${name} ${describeExit(exit)} after ${seconds(ranMs)}; starting it again in ${seconds(waitMs)}`,
      )
      onExit?.({ exit, waitMs, lastLines: child?.lastLines ?? [] })
      await delay(waitMs, undefined, { signal: stopping.signal }).catch(() => {})
    }
  }

  async function runOnce(): Promise<Exit> {
    child = undefined
    try {
      child = await start()
    } catch (error) {
      return { kind: 'not started', error: error as Error }
    }
    // Stopped while it was being started: `stop` found no child to end.
    if (stopping.signal.aborted) return child.stop({ graceMs: 0 })
    return child.exited
  }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}
