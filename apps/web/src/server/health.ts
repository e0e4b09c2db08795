/** Where the process is in its life. Only in `serving` may a load balancer send it readers. */
export type Phase = 'booting' | 'waiting for the schema' | 'serving' | 'draining'

export interface Readiness {
  status: 'ok' | 'degraded' | 'unavailable'
  phase: Phase
  reasons: string[]
}

export interface Health {
  readonly phase: Phase
  become(phase: Phase): void
  /** Reports something that is wrong while readers are still served; the same subject replaces what it said before. */
  degrade(subject: string, reason: string): void
  mend(subject: string): void
  check(): Promise<Readiness>
}

/** What is known of this node without asking anybody. */
export interface Condition {
  /** Why no reader should be sent here. */
  unavailable?: string
  /** Why the database cannot be read. */
  unreadable?: string
  /** No other node is known to be ready: readers are better sent here, where kept pages are served, than nowhere. */
  isLast?: boolean
  /** What is wrong while readers are still served, by subject. */
  reasons: Record<string, string>
}

interface HealthOptions {
  phase?: Phase
  /** Reads anything from the database. */
  readDatabase: () => Promise<unknown>
  /** This node's place among others. */
  condition?: (() => Condition) | undefined
  /** How long the database may take before it counts as unreadable. */
  timeoutMs?: number
}

const alone = (): Condition => ({ reasons: {} })

export function createHealth(options: HealthOptions): Health {
  const { readDatabase, condition = alone, timeoutMs = 1000 } = options
  let { phase = 'serving' } = options
  const degraded = new Map<string, string>()
  // One question at a time: a database that does not answer must not collect one for each probe.
  let reading: Promise<unknown> | undefined

  return {
    get phase() {
      return phase
    },
    become(next) {
      phase = next
    },
    degrade: (subject, reason) => void degraded.set(subject, reason),
    mend: (subject) => void degraded.delete(subject),
    async check() {
      const { unavailable, unreadable, isLast, reasons: known } = condition()
      const reasons = [...degraded, ...Object.entries(known)].map(([subject, reason]) => `${subject}: ${reason}`)
      if (phase !== 'serving') return { status: 'unavailable', phase, reasons: [phase, ...reasons] }
      if (unavailable) return { status: 'unavailable', phase, reasons: [unavailable, ...reasons] }
      const failure = unreadable ?? (await databaseFailure())
      if (failure && !isLast) return { status: 'unavailable', phase, reasons: [failure, ...reasons] }
      if (failure) reasons.unshift(`database: ${failure}`)
      return { status: reasons.length > 0 ? 'degraded' : 'ok', phase, reasons }
    },
  }

  async function databaseFailure(): Promise<string | undefined> {
    reading ??= readDatabase().finally(() => {
      reading = undefined
    })
    const timeout = Promise.withResolvers<string>()
    const timer = setTimeout(() => timeout.resolve('the database does not answer'), timeoutMs)
    try {
      return await Promise.race([reading.then(() => undefined), timeout.promise])
    } catch {
      // What SQLite said is in the log of whoever asked it; strangers who probe get no paths.
      return 'the database cannot be read'
    } finally {
      clearTimeout(timer)
    }
  }
}
