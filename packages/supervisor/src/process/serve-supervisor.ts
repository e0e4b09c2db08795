import type { FromGuard, GuardTask, ToGuard } from './guard-channel.ts'
import { beat } from './pulse.ts'

export type GuardDuties = Record<GuardTask, () => Promise<void>> & { close(): Promise<void> }

/**
 * The guard's side of the channel to its supervisor. SIGTERM closes the guard. Should the supervisor end without a
 * word, its LiteFS ends with it: what that held is released before the guard ends too.
 */
export function serveSupervisor(start: (options: unknown) => Promise<GuardDuties>): void {
  let duties: Promise<GuardDuties> | undefined

  beat()
  process.on('message', (message: ToGuard) => void (message.kind === 'start' ? begin(message) : perform(message)))
  process.once('SIGTERM', () => void end(({ close }) => close()))
  process.once('disconnect', () =>
    end(async (guard) => {
      await guard['litefs ended']()
      await guard.close()
    }),
  )

  async function begin({ options }: Extract<ToGuard, { kind: 'start' }>): Promise<void> {
    duties = start(options)
    try {
      await duties
      answer({ kind: 'ready' })
    } catch (error) {
      console.error((error as Error).stack)
      process.exit(1)
    }
  }

  async function perform({ id, task }: Extract<ToGuard, { kind: 'do' }>): Promise<void> {
    try {
      await (await duties)?.[task]()
      answer({ kind: 'done', id })
    } catch (error) {
      answer({ kind: 'done', id, failure: (error as Error).message })
    }
  }

  async function end(how: (guard: GuardDuties) => Promise<void>): Promise<void> {
    const guard = await duties?.catch(() => undefined)
    if (guard) await how(guard).catch((error) => console.error((error as Error).stack))
    process.exit(0)
  }
}

function answer(message: FromGuard): void {
  if (process.connected) process.send!(message)
}
