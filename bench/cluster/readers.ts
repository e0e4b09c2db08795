/**
 * Readers of one post near one node: some watch the page, the others react to it at a steady rate. Runs inside the
 * node's network and prints what happened as JSON. Arguments: a JSON object (`ReadersOptions`).
 */
import { randomBytes } from 'node:crypto'
import { timedId } from '@atoll/live/client'
import { WebSocket } from 'ws'

export interface ReadersOptions {
  url: string
  post: string
  kind: string
  watchers: number
  tappers: number
  tapsPerSecond: number
  /** Milliseconds since 1970. */
  startAt: number
  tapUntil: number
  watchUntil: number
}

export interface ReadersReport {
  /** Each tap that was answered: when it was made, and which number it was. */
  taps: { at: number; count: number }[]
  unanswered: number
  refused: number
  /** By watcher: when which number came to its screen. */
  seen: { at: number; count: number }[][]
}

const options = JSON.parse(process.argv[2]!) as ReadersOptions
const report: ReadersReport = { taps: [], unanswered: 0, refused: 0, seen: [] }
const pending = new Map<string, number>()
const now = () => performance.timeOrigin + performance.now()

await Promise.all(Array.from({ length: options.watchers }, (_, number) => watch(`10.1.0.${number}`)))
const tappers = await Promise.all(
  Array.from({ length: options.tappers }, (_, number) => openTapper(`10.2.0.${number}`)),
)
await until(options.startAt)
for (let tapped = 0; now() < options.tapUntil; tapped++) {
  await until(options.startAt + (tapped * 1000) / options.tapsPerSecond)
  tap(tappers[tapped % tappers.length]!, tapped)
}
await until(options.watchUntil)
report.unanswered = pending.size
process.stdout.write(JSON.stringify(report), () => process.exit(0))

function open(address: string): Promise<WebSocket> {
  const socket = new WebSocket(`${options.url.replace('http', 'ws')}/live`, {
    headers: { 'x-forwarded-for': address },
    perMessageDeflate: false,
  })
  return new Promise((resolve, reject) => {
    socket.on('open', () => resolve(socket))
    socket.on('error', reject)
  })
}

async function watch(address: string): Promise<void> {
  const socket = await open(address)
  const seen: { at: number; count: number }[] = []
  const count = new RegExp(`value="${options.kind}"[^>]*>[^<]*<span class="reaction-count">(\\d+)<`)
  report.seen.push(seen)
  const whole = Promise.withResolvers<void>()
  socket.on('message', (data) => {
    const told = JSON.parse(String(data)) as { is: string; parts?: Record<string, string> }
    if (told.is === 'beat') socket.send('{"do":"beat"}')
    if (told.is !== 'page') return
    const shown = count.exec(Object.values(told.parts!).join(''))?.[1]
    if (shown) seen.push({ at: now(), count: Number(shown) })
    whole.resolve()
  })
  socket.send(JSON.stringify({ do: 'watch', page: `/posts/${options.post}`, version: '' }))
  await whole.promise
}

async function openTapper(address: string): Promise<WebSocket> {
  const socket = await open(address)
  socket.on('message', (data) => {
    const told = JSON.parse(String(data)) as { is: string; key: string; value?: { count: number }; error?: object }
    if (told.is === 'beat') socket.send('{"do":"beat"}')
    const at = pending.get(told.key)
    if (told.is !== 'answer' || at === undefined) return
    pending.delete(told.key)
    if (told.value) report.taps.push({ at, count: told.value.count })
    else report.refused++
  })
  return socket
}

/** By somebody else each time. Every tenth is sent twice, as after a line that broke: it counts once. */
function tap(socket: WebSocket, number: number): void {
  const { post, kind } = options
  const key = timedId(Date.now())
  const person = randomBytes(16).toString('hex')
  const said = JSON.stringify({ do: 'ask', key, action: 'reactions.toggle', input: { post, kind, person, isOn: true } })
  pending.set(key, now())
  socket.send(said)
  if (number % 10 === 0) socket.send(said)
}

async function until(time: number): Promise<void> {
  const ms = time - now()
  if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms))
}
