import type { ClusterSeam } from '../../packages/repo/src/index.ts'

type Calls = Pick<ClusterSeam, 'locate' | 'call' | 'handle'>

export interface FaultyCalls extends Calls {
  /** The process ends itself in place of the next answer to `method`, after the call was carried out. */
  dieInPlaceOfAnswer(method: string): void
  /** The next `count` answers to `method` are errors of the kind that a cut connection is, after they were carried out. */
  loseAnswers(method: string, count: number): void
  /** How many answers were lost. */
  readonly lost: number
}

/** Cuts between the commit and the reply: nothing outside the process can hit that moment for certain. */
export function withFaults({ locate, call, handle }: Calls): FaultyCalls {
  const left = new Map<string, number>()
  let deadly: string | undefined
  let lost = 0

  return {
    locate,
    call,
    handle: (method, handler) =>
      handle(method, async (payload, from) => {
        const answer = await handler(payload, from)
        if (deadly === method) process.kill(process.pid, 'SIGKILL')
        const count = left.get(method) ?? 0
        if (count === 0) return answer
        left.set(method, count - 1)
        lost += 1
        throw Object.assign(new Error('the answer was lost'), { code: 'unanswered', applied: 'unknown' })
      }),
    dieInPlaceOfAnswer(method) {
      deadly = method
    },
    loseAnswers: (method, count) => void left.set(method, count),
    get lost() {
      return lost
    },
  }
}
