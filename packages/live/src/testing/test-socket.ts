import { inflateSync } from 'node:zlib'
import { WebSocket } from 'ws'
import { packed, type Told } from '../protocol.ts'

export interface TestSocket {
  say(message: unknown): void
  /** Sends bytes as they are. */
  sayRaw(data: string | Uint8Array): void
  ping(): void
  /** The next message of this kind that was not asked for before. */
  heard<Kind extends Told['is']>(kind: Kind): Promise<Extract<Told, { is: Kind }>>
  /** All that came so far. */
  readonly messages: readonly Told[]
  /** How long each of them was on the wire. */
  readonly lengths: readonly number[]
  /** Resolves with the code of the close. */
  readonly closed: Promise<number>
  /** Stops reading, so that what is sent piles up. */
  pause(): void
  resume(): void
  close(): void
}

interface TestSocketOptions {
  /** As browsers do; without it messages come as text. */
  readsPacked?: boolean
}

/** A client on a real socket. Rejects with the status when it is refused; whoever opens it closes it. */
export function openSocket(
  port: number,
  headers: Record<string, string> = {},
  { readsPacked = false }: TestSocketOptions = {},
): Promise<TestSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/live`, readsPacked ? packed : [], { headers })
  const messages: Told[] = []
  const lengths: number[] = []
  const taken = new Set<Told>()
  const waiting = new Set<() => void>()
  const closed = new Promise<number>((resolve) => socket.on('close', resolve))
  socket.on('message', (data: Buffer, isBinary) => {
    const told = JSON.parse(String(isBinary ? inflateSync(data) : data)) as Told
    messages.push(told)
    lengths.push(data.length)
    if (told.is === 'beat') socket.send('{"do":"beat"}')
    for (const look of waiting) look()
  })
  const opened: TestSocket = {
    say: (message) => socket.send(JSON.stringify(message)),
    sayRaw: (data) => socket.send(data),
    ping: () => socket.ping(),
    heard: (kind) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(look)
          reject(new Error(`no ${kind} came, but ${JSON.stringify(messages).slice(0, 1000)}`))
        }, 10_000)
        waiting.add(look)
        look()

        function look() {
          const found = messages.find((told) => told.is === kind && !taken.has(told))
          if (!found) return
          taken.add(found)
          waiting.delete(look)
          clearTimeout(timer)
          resolve(found as never)
        }
      }),
    messages,
    lengths,
    closed,
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    close: () => socket.terminate(),
  }
  return new Promise((resolve, reject) => {
    socket.on('open', () => resolve(opened))
    socket.on('error', reject)
    socket.on('unexpected-response', (_, { statusCode }) => reject(new Error(`refused with ${statusCode}`)))
  })
}
