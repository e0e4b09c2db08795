import { afterEach, describe, expect, it, vi } from 'vitest'
import type { LiveMessage, LiveOptions } from './live-server.ts'
import type { Told } from './protocol.ts'
import { openTestLive, type TestLive } from './testing/live-on-http.ts'

const ana = 'a person of sixteen letters'

let test: TestLive

afterEach(() => test.close())

async function open(options?: Partial<LiveOptions>): Promise<void> {
  test = await openTestLive(options)
}

describe('a reader without WebSockets', () => {
  it('hears the same as events, and speaks by POST', async () => {
    await open({ actions: { echo: async (input) => input } })
    const leaving = new AbortController()
    const response = await fetch(`http://127.0.0.1:${test.port}/live/events`, { signal: leaving.signal })
    const events = readEvents(response.body!)
    const hello = (await events.next()).value as { session: string }
    const say = (...said: object[]) =>
      fetch(`http://127.0.0.1:${test.port}/live/say`, {
        method: 'POST',
        body: JSON.stringify({ session: hello.session, say: said.map((one) => JSON.stringify(one)) }),
      })
    expect((await say({ do: 'watch', page: '/', version: '' }, { do: 'here', person: ana })).status).toBe(202)
    expect(await nextOf('page', events)).toMatchObject({ version: 'v Hello' })
    expect(test.live.presence.site).toBe(1)
    await say({ do: 'ask', key: '1', action: 'echo', input: 'x' })
    expect(await nextOf('answer', events)).toEqual({ is: 'answer', key: '1', value: 'x' })
    leaving.abort()
    await vi.waitUntil(() => test.live.sessions.size === 0 && test.live.presence.site === 0)
    expect((await say({ do: 'away' })).status).toBe(205)
  })

  it('is told by another node what was said there, and only the node that holds it is', async () => {
    const listeners: ((node: string, message: LiveMessage) => void)[] = []
    const passed: unknown[] = []
    await open({
      cluster: {
        name: 'lhr.1',
        broadcast: () => {},
        send: (node, message) => node === 'nrt.1' && passed.push(message) > 0,
        onMessage: (listener) => {
          listeners.push(listener)
          return () => {}
        },
      },
    })
    const leaving = new AbortController()
    const response = await fetch(`http://127.0.0.1:${test.port}/live/events`, { signal: leaving.signal })
    const events = readEvents(response.body!)
    const { session } = (await events.next()).value as { session: string }
    expect(session).toMatch(/^lhr\.1\.[\w-]{22}$/)
    expect(await post({ session: 'nrt.1.key', say: ['{"do":"away"}'] })).toBe(202)
    expect(passed).toEqual([{ kind: 'said', session: 'nrt.1.key', say: ['{"do":"away"}'] }])
    expect(await post({ session: 'fra.1.key', say: [] })).toBe(205)
    expect(await post({ session: 'lhr.1.key', say: [] })).toBe(205)
    const watch = JSON.stringify({ do: 'watch', page: '/', version: '' })
    for (const hear of listeners) hear('nrt.1', { kind: 'said', session, say: [watch] })
    expect((await events.next()).value).toMatchObject({ is: 'here' })
    leaving.abort()
  })

  it('hears no more of one address than its rate allows', async () => {
    await open({
      limits: { postsPerSecond: 0, postsAtOnce: 2 },
      clientAddress: ({ headers }) => `${headers['x-client']}`,
    })
    const body = { session: 'x', say: [] }
    const statuses = [await post(body), await post(body), await post(body), await post(body, { 'x-client': 'another' })]
    expect(statuses).toEqual([205, 205, 429, 205])
  })

  it('refuses what other sites and strangers post', async () => {
    await open()
    expect(await post({ session: 'x', say: [] }, { origin: 'https://evil.example' })).toBe(403)
    expect(await post('nonsense')).toBe(400)
    expect(await post({ session: 'x', say: [1] })).toBe(400)
    expect(await post({ session: 'x', say: [] })).toBe(205)
  })
})

async function post(body: unknown, headers: Record<string, string> = {}): Promise<number> {
  const url = `http://127.0.0.1:${test.port}/live/say`
  return (await fetch(url, { method: 'POST', body: JSON.stringify(body), headers })).status
}

/** People are counted whenever a second is over. */
async function nextOf(kind: Told['is'], events: AsyncIterator<unknown>): Promise<Told> {
  for (;;) {
    const told = (await events.next()).value as Told
    if (told.is === kind) return told
  }
}

async function* readEvents(stream: ReadableStream<Uint8Array>) {
  let text = ''
  try {
    for await (const chunk of stream) {
      text += Buffer.from(chunk).toString()
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        yield JSON.parse(text.slice('data: '.length, end)) as unknown
        text = text.slice(end + 2)
      }
    }
  } catch {}
}
