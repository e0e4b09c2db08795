import { randomBytes } from 'node:crypto'
import { type IncomingMessage, request } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'

/** People who read and react without a pause, through one address. */
export interface Readers {
  /** What was not answered as it should be. */
  readonly failures: string[]
  /** When each reaction was acknowledged, of a monotonic clock in milliseconds. */
  readonly reactions: number[]
  /** The longest time without an acknowledged reaction since `from`. */
  longestGapMs(from: number): number
  stop(): Promise<void>
}

export function readAndReact(port: number, slug: string): Readers {
  const stopping = new AbortController()
  const failures: string[] = []
  const reactions: number[] = []
  const running = [react(), react(), react(), read(`/posts/${slug}`), read('/'), read('/rss')]

  return {
    failures,
    reactions,
    longestGapMs(from) {
      const times = [from, ...reactions.filter((at) => at >= from), performance.now()]
      return Math.max(...times.slice(1).map((at, index) => at - times[index]!))
    },
    async stop() {
      stopping.abort()
      await Promise.all(running)
    },
  }

  /** Each as somebody else, once: all that were acknowledged are counted, and none of them twice. */
  async function react() {
    while (!stopping.signal.aborted) {
      const headers = {
        cookie: `reader=${randomBytes(16).toString('hex')}`,
        'content-type': 'application/x-www-form-urlencoded',
        // The site lets one address react twenty times a second.
        'x-forwarded-for': `192.0.2.${reactions.length % 250}`,
      }
      const body = new URLSearchParams({ kind: '👍' }).toString()
      if (await ask('POST', `/posts/${slug}/reactions`, 303, headers, body)) reactions.push(performance.now())
      await delay(20)
    }
  }

  async function read(path: string) {
    while (!stopping.signal.aborted) {
      await ask('GET', path, 200, {})
      await delay(20)
    }
  }

  async function ask(method: string, path: string, wanted: number, headers: Record<string, string>, body?: string) {
    try {
      const { status, text } = await send(method, path, headers, body)
      if (status !== wanted) failures.push(`${method} ${path}: ${status} ${text.slice(0, 200)}`)
      return status === wanted
    } catch (error) {
      failures.push(`${method} ${path}: ${(error as Error).message}`)
      return false
    }
  }

  /** A connection each: one that waits in a pool may have been closed by the time it is used. */
  async function send(method: string, path: string, headers: Record<string, string>, body?: string) {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const options = { host: '127.0.0.1', port, method, path, headers, agent: false, timeout: 40_000 }
      const sent = request(options, resolve)
      sent.once('error', reject).once('timeout', () => sent.destroy(new Error('no answer')))
      sent.end(body)
    })
    const text = (await response.toArray()).join('')
    return { status: response.statusCode!, text }
  }
}
