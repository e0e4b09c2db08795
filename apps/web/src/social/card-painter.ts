import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { WebError } from '../errors.ts'
import type { Card } from './card.ts'
import type { PaintAnswer, PaintRequest } from './paint-process.ts'

export interface CardPainter {
  /** PNG. */
  paint(card: Card): Promise<Buffer>
  /** What is being painted fails. A painter that was closed paints again when it is asked. */
  close(): Promise<void>
  /** Of the process, while there is one. */
  readonly pid: number | undefined
}

export interface CardPainterOptions {
  /** Cards that may wait at once; more are answered with 503, so that they do not keep pages from being rendered. */
  maxWaiting?: number
  idleMs?: number
  timeoutMs?: number
}

interface Waiting {
  resolve(png: Buffer): void
  reject(error: Error): void
  timer: NodeJS.Timeout
}

/**
 * Paints in a process that is started for the first card and ends when none was asked for during a while. Most of the
 * time nobody shares anything, and a thread would not do: what fonts and image libraries took from the system stays
 * with the process when a thread of it ends (measured: 60 MB and more).
 */
export function createCardPainter(options: CardPainterOptions = {}): CardPainter {
  const { maxWaiting = 16, idleMs = 20_000, timeoutMs = 20_000 } = options
  const waiting = new Map<number, Waiting>()
  let painter: ChildProcess | undefined
  let idle: NodeJS.Timeout | undefined
  let lastId = 0

  return {
    async paint(card) {
      if (waiting.size >= maxWaiting) throw new WebError('too_many', `${waiting.size} cards are being painted`)
      clearTimeout(idle)
      painter ??= start()
      const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
      const id = ++lastId
      const timer = setTimeout(() => void end(new Error(`painting ${card.file} took over ${timeoutMs} ms`)), timeoutMs)
      waiting.set(id, { resolve, reject, timer })
      painter.send({ id, card } satisfies PaintRequest)
      return promise
    },
    close: () => end(new Error('the painter was closed')),
    get pid() {
      return painter?.pid
    },
  }

  function start(): ChildProcess {
    const started = fork(new URL('./paint-process.ts', import.meta.url), {
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      execArgv: [],
    })
    // A program that has nothing else to do need not wait for it.
    started.unref()
    started.channel?.unref()
    started.on('message', settle)
    started.on('error', (error) => started === painter && void end(error))
    started.on(
      'exit',
      (code, signal) => started === painter && void end(new Error(`the painter ended: ${signal ?? code}`)),
    )
    return started
  }

  function settle(message: unknown): void {
    const answer = message as PaintAnswer
    const request = waiting.get(answer.id)
    if (!request) return
    waiting.delete(answer.id)
    clearTimeout(request.timer)
    if ('png' in answer) request.resolve(Buffer.from(answer.png))
    else request.reject(new Error(`cannot paint a card: ${answer.failure}`))
    if (waiting.size === 0) idle = setTimeout(() => void end(new Error('the painter was idle')), idleMs).unref()
  }

  /** Whoever still waits is told why; the next card starts another process. */
  async function end(reason: Error): Promise<void> {
    clearTimeout(idle)
    const ended = painter
    painter = undefined
    for (const { reject, timer } of waiting.values()) {
      clearTimeout(timer)
      reject(reason)
    }
    waiting.clear()
    if (!ended?.kill()) return
    ended.ref()
    await once(ended, 'exit')
  }
}
