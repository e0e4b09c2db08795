import { type Findings, type JobOptions, performApart } from './job.ts'
import type { BackupSource } from './take.ts'

export interface ScheduleOptions {
  /** A folder, or `s3://bucket/prefix`. */
  address: string
  source: () => Promise<BackupSource>
  /** A folder with room for the database. */
  scratch: string
  /** This node, for people. */
  node: string
  /**
   * Whether this node is the one that takes backups now; asked each time, because that changes with a failover. Two
   * that both believe so do no harm: each backup is whole.
   */
  isOurs: () => boolean
  /** The longest time between two backups of a database that changes. Default: an hour. */
  everyMs?: number
  /** How soon after a change one is taken. Default: five minutes. */
  afterChangeMs?: number
  onState?: (state: BackupState) => void
  /** Replaced by tests, in which time is the subject. */
  perform?: (options: JobOptions, signal: AbortSignal) => Promise<Findings>
  now?: () => number
  tickMs?: number
}

export interface BackupState extends Findings {
  /** Why the last attempt of this node failed; absent once one succeeded. */
  failure?: { at: string; reason: string }
}

export interface BackupSchedule {
  readonly state: BackupState
  /** The database changed. */
  touch(): void
  /** Ends what is running, too: what it stored so far is used by the next one. */
  close(): Promise<void>
}

const drillEveryMs = 24 * 60 * 60 * 1000
/** Other nodes' backups and drills are looked for this often. */
const lookEveryMs = 5 * 60 * 1000
/** After a first failure, such as a failover in the middle; it doubles with each further one. */
const retryAfterMs = 2000
const retryAtMostMs = 60 * 1000

/** Takes backups and tries them out, for as long as this node is the one that does. */
export function scheduleBackups(options: ScheduleOptions): BackupSchedule {
  const { address, scratch, node, isOurs, everyMs = 3_600_000, afterChangeMs = 300_000, onState } = options
  const { perform = performApart, now = Date.now, tickMs = 1000 } = options
  const stopping = new AbortController()
  let state: BackupState = {}
  let changedAt: number | undefined
  let lookedAt = Number.NEGATIVE_INFINITY
  let takenAt = Number.NEGATIVE_INFINITY
  let retryAt = Number.NEGATIVE_INFINITY
  let failures = 0
  let running: Promise<void> | undefined

  const timer = setInterval(tick, tickMs).unref()
  tick()

  return {
    get state() {
      return state
    },
    touch() {
      changedAt ??= now()
    },
    async close() {
      clearInterval(timer)
      stopping.abort()
      await running
    },
  }

  function tick() {
    running ??= work().finally(() => {
      running = undefined
    })
  }

  async function work(): Promise<void> {
    if (stopping.signal.aborted) return
    const due = whatIsDue()
    if (!due) return
    const changedBefore = changedAt
    try {
      if (due === 'take') {
        await run({ kind: 'take', source: await options.source(), node })
        takenAt = now()
        if (changedAt === changedBefore) changedAt = undefined
      } else await run({ kind: due })
      lookedAt = now()
      failures = 0
    } catch (error) {
      if (stopping.signal.aborted) return
      retryAt = now() + Math.min(retryAfterMs * 2 ** failures++, retryAtMostMs)
      settle({ ...state, failure: { at: new Date(now()).toISOString(), reason: (error as Error).message } })
    }
  }

  function whatIsDue(): 'look' | 'take' | 'drill' | undefined {
    const time = now()
    if (time < retryAt) return undefined
    // What is there decides what is due: a node that has just started must not take another backup for that.
    if (time - lookedAt >= lookEveryMs) return 'look'
    if (!isOurs()) return undefined
    const lastAt = Math.max(takenAt, state.backup ? Date.parse(state.backup.at) : Number.NEGATIVE_INFINITY)
    const isDue =
      time - lastAt >= everyMs || (changedAt !== undefined && time - Math.max(changedAt, lastAt) >= afterChangeMs)
    if (isDue) return 'take'
    return state.backup && isDrillDue(time) ? 'drill' : undefined
  }

  /** Once a day; and where the last one failed, as soon as there is a backup that it did not see. */
  function isDrillDue(time: number): boolean {
    const { drill, backup } = state
    if (!drill || time - Date.parse(drill.at) >= drillEveryMs) return true
    return !drill.isGood && Date.parse(backup!.at) > Date.parse(drill.at)
  }

  async function run(job: JobOptions['job']) {
    settle(await perform({ job, address, scratch }, stopping.signal))
  }

  function settle(next: BackupState) {
    state = next
    onState?.(state)
  }
}
