import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Live, type LiveOptions, openLive } from '../live-server.ts'
import type { Look } from '../look.ts'

export interface TestLive {
  live: Live
  port: number
  /** What each address shows; changed by `change`. */
  pages: Map<string, Look>
  /** How often pages were looked at. */
  looks: number
  /** Shows another text at an address, and says so. */
  change(address: string, text: string): void
  close(): Promise<void>
}

/** A page with one part, which holds the text. */
export function pageWith(text: string, topics: string[] = ['posts']): Look {
  const part = { name: 'text', html: `<p>${text}</p>`, own: text, parts: [] }
  return { kind: 'page', version: `v ${text}`.slice(0, 60), at: '1', title: 'A page', parts: [part], topics }
}

/** A live server on a free port whose pages are in a map. Its owner closes it. */
export async function openTestLive(options: Partial<LiveOptions> = {}): Promise<TestLive> {
  const pages = new Map<string, Look>([['/', pageWith('Hello')]])
  const test = { looks: 0 }
  const live = openLive({
    origin: 'https://example.org',
    build: 'a',
    onError: () => {},
    async look(page) {
      test.looks++
      return pages.get(page) ?? { kind: 'gone', topics: ['posts'] }
    },
    ...options,
  })
  const server = createServer((request, response) => {
    if (request.method === 'POST') void live.say(request, response, [])
    else live.events(request, response, [])
  })
  server.on('upgrade', live.upgrade)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return Object.assign(test, {
    live,
    pages,
    port: (server.address() as AddressInfo).port,
    change(address: string, text: string) {
      pages.set(address, pageWith(text))
      live.rooms.touch(['posts'])
    },
    async close() {
      await live.leave(0)
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  })
}
