import type { ReplicationEvent } from './replication.ts'

/** Events kept for a reader that is slow; beyond it the reader is told to look again. */
const queueLimit = 1024

export type EventQueues = ReturnType<typeof createEventQueues>

/** Gives every reader its own bounded queue of the same events. */
export function createEventQueues() {
  const readers = new Set<EventQueue>()
  let isClosed = false

  return {
    publish(event: ReplicationEvent) {
      for (const reader of readers) reader.push(event)
    },
    async *read(first: ReplicationEvent, signal: AbortSignal): AsyncGenerator<ReplicationEvent> {
      if (isClosed || signal.aborted) return
      const queue = openQueue(first)
      readers.add(queue)
      signal.addEventListener('abort', queue.end, { once: true })
      try {
        for (let event = await queue.next(); event; event = await queue.next()) yield event
      } finally {
        signal.removeEventListener('abort', queue.end)
        readers.delete(queue)
      }
    },
    close() {
      isClosed = true
      for (const reader of readers) reader.end()
    },
  }
}

interface EventQueue {
  push(event: ReplicationEvent): void
  next(): Promise<ReplicationEvent | undefined>
  end(): void
}

function openQueue(first: ReplicationEvent): EventQueue {
  let waiting: ReplicationEvent[] = [first]
  let lastRole = first
  let hasEnded = false
  let wake = () => {}

  return {
    push(event) {
      if (event.kind === 'role') lastRole = event
      if (waiting.length < queueLimit) waiting.push(event)
      else waiting = [lastRole, { kind: 'reset' }]
      wake()
    },
    async next() {
      while (waiting.length === 0 && !hasEnded) await new Promise<void>((resolve) => (wake = resolve))
      return hasEnded ? undefined : waiting.shift()
    },
    end() {
      hasEnded = true
      wake()
    },
  }
}
