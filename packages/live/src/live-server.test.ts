import { connect } from 'node:net'
import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { LiveOptions } from './live-server.ts'
import { openTestLive, pageWith, type TestLive } from './testing/live-on-http.ts'
import { openSocket, type TestSocket } from './testing/test-socket.ts'

const ana = 'a person of sixteen letters'
const ben = 'another one of sixteen letters'

let test: TestLive
const sockets: TestSocket[] = []

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.close()
  await test.close()
})

async function open(options?: Partial<LiveOptions>): Promise<TestLive> {
  test = await openTestLive(options)
  return test
}

async function reader(headers: Record<string, string> = {}): Promise<TestSocket> {
  const socket = await openSocket(test.port, headers)
  sockets.push(socket)
  return socket
}

/** One who shows the page as it is. */
async function readerOf(page: string, version = 'v Hello'): Promise<TestSocket> {
  const socket = await reader()
  socket.say({ do: 'watch', page, version })
  await socket.heard('here')
  return socket
}

describe('a page that changes', () => {
  it('is rendered once and sent to everybody who shows it, and to nobody else', async () => {
    await open()
    const [one, two, other] = await Promise.all([readerOf('/'), readerOf('/'), readerOf('/posts', '')])
    await vi.waitUntil(() => test.looks === 2)
    test.change('/', 'Bye')
    const heard = await Promise.all([one.heard('page'), two.heard('page')])
    expect(heard[0]).toEqual(heard[1])
    expect(heard[0]).toMatchObject({ from: 'v Hello', version: 'v Bye', parts: { text: '<p>Bye</p>' } })
    // The other address was looked at too: its topic was touched. But it shows the same as before.
    await vi.waitUntil(() => test.looks === 4)
    expect(other.messages.filter(({ is }) => is !== 'hello' && is !== 'here')).toEqual([])
  })

  it('is sent as it is, whatever its length, and shorter to whoever unpacks it', async () => {
    await open({ limits: { pageIntervalMs: 1 } })
    const plain = await readerOf('/')
    const unpacking = await openSocket(test.port, {}, { readsPacked: true })
    sockets.push(unpacking)
    unpacking.say({ do: 'watch', page: '/', version: 'v Hello' })
    await unpacking.heard('here')
    // Around each of the three ways in which a frame says its length; the message adds some hundred bytes.
    for (const length of [1, 500, 900, 65_000, 65_600, 200_000]) {
      test.change('/', `${length} ${'word '.repeat(length / 5)}`)
      const heard = await Promise.all([plain.heard('page'), unpacking.heard('page')])
      expect(heard[0]).toEqual(heard[1])
    }
    expect(unpacking.lengths.at(-1)).toBeLessThan(plain.lengths.at(-1)! / 10)
  })

  it('is sent whole to one who comes with another version, and not at all to one who has it', async () => {
    await open()
    const [late, right] = [await readerOf('/', 'v of yesterday'), await readerOf('/')]
    expect(await late.heard('page')).toMatchObject({ from: '*', version: 'v Hello' })
    right.say({ do: 'beat', isAsking: true })
    await right.heard('beat')
    expect(right.messages.some(({ is }) => is === 'page')).toBe(false)
  })

  it('is not looked at before this node has what its reader saw on another one', async () => {
    const caughtUp = Promise.withResolvers<void>()
    const asked: string[] = []
    await open({
      catchUp(seen) {
        asked.push(seen)
        return caughtUp.promise
      },
    })
    const socket = await reader()
    socket.say({ do: 'watch', page: '/', version: 'v of another node', seen: 'a token' })
    await vi.waitUntil(() => asked.length === 1)
    test.change('/', 'Bye')
    socket.say({ do: 'beat', isAsking: true })
    await socket.heard('beat')
    expect(test.looks).toBe(0)
    caughtUp.resolve()
    expect(await socket.heard('page')).toMatchObject({ version: 'v Bye' })
    expect(asked).toEqual(['a token'])
  })

  it('says where it went, that it is gone, and that it is back', async () => {
    await open()
    const socket = await readerOf('/')
    test.pages.set('/', { kind: 'moved', location: '/new', topics: ['posts'] })
    test.live.rooms.touch(['posts'])
    expect(await socket.heard('moved')).toMatchObject({ page: '/', location: '/new' })
    test.pages.delete('/')
    test.live.rooms.touch(['posts'])
    await socket.heard('gone')
    test.change('/', 'Back')
    expect(await socket.heard('page')).toMatchObject({ from: '*', version: 'v Back' })
  })

  it('is looked at as often as its interval allows, however often its topics are touched', async () => {
    await open({ limits: { pageIntervalMs: 300 } })
    const socket = await readerOf('/')
    for (let change = 0; change < 100; change++) test.change('/', `Text ${change}`)
    await socket.heard('page')
    for (let change = 100; change < 200; change++) test.change('/', `Text ${change}`)
    while ((await socket.heard('page')).version !== 'v Text 199');
    expect(test.looks).toBeLessThan(8)
  })

  it('is looked at again when it could not be rendered', async () => {
    let failures = 2
    await open({
      look: async () => {
        if (failures-- > 0) throw new Error('the database does not answer')
        return pageWith('Hello')
      },
    })
    const socket = await readerOf('/', '')
    expect(await socket.heard('page')).toMatchObject({ version: 'v Hello' })
  })

  it('is looked at again when it changed while its first look was under way', async () => {
    const first = Promise.withResolvers<void>()
    let text = 'Old'
    await open({
      look: async () => {
        const seen = pageWith(text)
        await first.promise
        return seen
      },
    })
    const socket = await readerOf('/', 'v Old')
    text = 'New'
    test.live.rooms.touch(['posts'])
    first.resolve()
    expect(await socket.heard('page')).toMatchObject({ from: 'v Old', version: 'v New' })
  })

  it('leaves nothing behind when its last reader goes', async () => {
    await open()
    const socket = await readerOf('/')
    socket.say({ do: 'watch', page: '/posts', version: '' })
    await socket.heard('here')
    expect(test.live.rooms.size).toBe(1)
    socket.close()
    await vi.waitUntil(() => test.live.rooms.size === 0 && test.live.sessions.size === 0)
  })
})

describe('people', () => {
  it('are counted by page and site, once each', async () => {
    await open({ limits: { presenceIntervalMs: 10 } })
    const [one, two, three] = [await readerOf('/'), await readerOf('/'), await readerOf('/posts', '')]
    one.say({ do: 'here', person: ana })
    two.say({ do: 'here', person: ana })
    three.say({ do: 'here', person: ben })
    let counts = await three.heard('here')
    while (counts.site < 2) counts = await three.heard('here')
    expect(counts).toMatchObject({ site: 2, page: 1 })
    expect(test.live.presence.count('/')).toBe(1)
  })

  it('go with their page, wherever they turn, and when their connection ends', async () => {
    await open()
    const socket = await readerOf('/')
    socket.say({ do: 'here', person: ana })
    socket.say({ do: 'watch', page: '/posts?page=2', version: '' })
    await vi.waitUntil(() => test.live.presence.count('/posts') === 1)
    expect(test.live.presence.count('/')).toBe(0)
    socket.close()
    await vi.waitUntil(() => test.live.presence.site === 0)
  })
})

describe('an action', () => {
  it('answers under its key, and says whether a failed one was applied', async () => {
    await open({
      actions: {
        add: async (input) => (input as number) + 1,
        fail: async () => {
          throw Object.assign(new Error('no'), { code: 'disk_full', applied: 'no' })
        },
      },
    })
    const socket = await reader()
    socket.say({ do: 'ask', key: '1', action: 'add', input: 1 })
    expect(await socket.heard('answer')).toEqual({ is: 'answer', key: '1', value: 2 })
    socket.say({ do: 'ask', key: '2', action: 'fail', input: 1 })
    expect(await socket.heard('answer')).toMatchObject({ key: '2', error: { code: 'disk_full', applied: 'no' } })
    socket.say({ do: 'ask', key: '3', action: 'toString', input: 1 })
    expect(await socket.heard('answer')).toMatchObject({ key: '3', error: { code: 'unknown_action', applied: 'no' } })
  })
})

describe('a connection', () => {
  it('is refused to other sites, and to an address that has too many', async () => {
    await open({ limits: { maxPerAddress: 2 } })
    await expect(reader({ origin: 'https://evil.example' })).rejects.toThrow('403')
    await reader({ origin: 'https://example.org' })
    const second = await reader()
    await expect(reader()).rejects.toThrow('429')
    second.close()
    await vi.waitUntil(() => test.live.sessions.size === 1)
    await reader()
  })

  it('that is refused is closed, whether the other end closes it or not', async () => {
    await open({ limits: { maxPerAddress: 0 } })
    const socket = connect({ port: test.port, host: '127.0.0.1', allowHalfOpen: true })
    socket.on('error', () => {})
    socket.write('GET /live HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
    await new Promise((resolve) => socket.resume().on('end', resolve))
    await test.close()
    socket.destroy()
  })

  it('is counted by the address that the proxy names', async () => {
    await open({ limits: { maxPerAddress: 1 }, clientAddress: ({ headers }) => String(headers['x-client']) })
    await reader({ 'x-client': '1' })
    await reader({ 'x-client': '2' })
    await expect(reader({ 'x-client': '1' })).rejects.toThrow('429')
  })

  it('ends with a message that is none, that is too long, or that is one too many', async () => {
    await open()
    const [broken, long, eager] = [await reader(), await reader(), await reader()]
    broken.sayRaw('{')
    long.sayRaw('x'.repeat(5000))
    for (let message = 0; message < 100; message++) eager.say({ do: 'beat' })
    expect(await Promise.all([broken.closed, long.closed, eager.closed])).toEqual([1008, 1009, 1008])
  })

  it('ends with too many pings, or with bytes that are no text', async () => {
    await open()
    const [pinging, binary] = [await reader(), await reader()]
    binary.sayRaw(Buffer.from('{"do":"beat"}'))
    for (let ping = 0; ping < 100; ping++) pinging.ping()
    expect(await Promise.all([pinging.closed, binary.closed])).toEqual([1008, 1008])
  })

  it('survives whatever another one says', async () => {
    await open({ limits: { maxPerAddress: 100_000 } })
    const calm = await readerOf('/')
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(fc.string(), fc.json(), fc.uint8Array()), { maxLength: 5 }),
        async (messages) => {
          const wild = await openSocket(test.port)
          for (const message of messages) wild.sayRaw(message)
          wild.close()
        },
      ),
      { numRuns: 100 },
    )
    test.change('/', 'Still here')
    expect(await calm.heard('page')).toMatchObject({ version: 'v Still here' })
  })

  it('ends when nothing is heard from it', async () => {
    await open({ limits: { beatMs: 100 } })
    const [alive, frozen] = [await reader(), await reader()]
    frozen.pause()
    await vi.waitUntil(() => test.live.sessions.size === 1, 5000)
    await alive.heard('beat')
    frozen.resume()
  })

  it('that reads too slowly is left out in bounded memory, then told to look again', async () => {
    await open({ limits: { maxBufferedBytes: 200_000, pageIntervalMs: 1 } })
    const slow = await readerOf('/')
    const quick = await readerOf('/')
    slow.pause()
    const text = 'x'.repeat(100_000)
    const session = [...test.live.sessions][0]!
    for (let change = 0; session.behindSince === undefined; change++) {
      if (change > 500) throw new Error('it was never left out')
      test.change('/', `${change} ${text}`)
      await quick.heard('page')
      expect(session.wire.bufferedBytes).toBeLessThan(400_000)
    }
    slow.resume()
    await slow.heard('refresh')
  })

  it('that never reads again is closed', async () => {
    await open({ limits: { maxBufferedBytes: 200_000, maxBehindMs: 0, pageIntervalMs: 1 } })
    const dead = await readerOf('/')
    dead.pause()
    const session = [...test.live.sessions][0]!
    const quick = await readerOf('/')
    for (let change = 0; session.behindSince === undefined; change++) {
      test.change('/', `${change} ${'x'.repeat(100_000)}`)
      await quick.heard('page')
    }
    await vi.waitUntil(() => test.live.sessions.size === 1, 5000)
    dead.resume()
  })

  it('is asked to move on while there is still time to open another connection, and let go when it has', async () => {
    await open()
    const socket = await readerOf('/')
    const left = test.live.leave(10_000)
    expect(await socket.heard('move')).toMatchObject({ withinMs: 7500 })
    await expect(reader()).rejects.toThrow('503')
    socket.close()
    await left
  })
})
