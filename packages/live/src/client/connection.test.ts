import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Said, Told } from '../protocol.ts'
import { type Connection, type ConnectionState, connect } from './connection.ts'
import type { LineEvents, LineKind } from './lines.ts'

interface FakeLine extends LineEvents {
  kind: LineKind
  said: Said[]
  isOpen: boolean
  /** The server's first word. */
  hello(): void
  tell(told: Told): void
}

let lines: FakeLine[]
let told: Told[]
let states: ConnectionState[]
let blocked: Set<LineKind>

beforeEach(() => {
  vi.useFakeTimers()
  vi.spyOn(Math, 'random').mockReturnValue(0.5)
  lines = []
  told = []
  states = []
  blocked = new Set()
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

function open(kind: LineKind = 'socket'): Connection {
  return connect({
    openLine(kind, events) {
      const line: FakeLine = {
        kind,
        said: [],
        isOpen: true,
        ...events,
        hello: () => line.tell({ is: 'hello', build: '', beatMs: 25_000, now: Date.now() }),
        tell: (message) => line.isOpen && events.onText(JSON.stringify(message)),
      }
      lines.push(line)
      if (blocked.has(kind)) setTimeout(() => line.isOpen && events.onEnd(), 10)
      return {
        say: (text) => void line.said.push(JSON.parse(text)),
        close() {
          line.isOpen = false
        },
      }
    },
    greet: () => [{ do: 'watch', page: '/', version: 'v' }],
    onTold: (message) => void told.push(message),
    onState: (state) => void states.push(state),
    memory: { get: () => kind, set: () => {} },
  })
}

const last = () => lines.at(-1)!

function beatFor(ms: number, line: FakeLine) {
  for (let passed = 0; passed < ms; passed += 1000) {
    line.tell({ is: 'beat' })
    vi.advanceTimersByTime(1000)
  }
}

describe('a connection', () => {
  it('greets every line it gets, and comes back when one breaks', () => {
    open()
    last().hello()
    last().onEnd()
    vi.advanceTimersByTime(1000)
    last().hello()
    expect(lines.map(({ said }) => said)).toEqual([
      [{ do: 'watch', page: '/', version: 'v' }],
      [{ do: 'watch', page: '/', version: 'v' }],
    ])
    expect(states).toEqual(['open', 'trying', 'open'])
  })

  it('says that it is lost only after a while, and waits longer each time', () => {
    blocked = new Set(['socket', 'events'])
    open()
    vi.advanceTimersByTime(3900)
    expect(states).toEqual([])
    vi.advanceTimersByTime(200)
    expect(states).toEqual(['lost'])
    vi.advanceTimersByTime(60_000)
    const before = lines.length
    vi.advanceTimersByTime(60_000)
    expect(lines.length - before).toBeLessThan(30)
  })

  it('finds events where sockets are blocked, and leaves them when a socket opens', () => {
    blocked.add('socket')
    open()
    vi.advanceTimersByTime(100)
    const events = last()
    expect(events.kind).toBe('events')
    events.hello()
    beatFor(61_000, events)
    expect([lines.length, events.isOpen]).toEqual([3, true])
    blocked.clear()
    beatFor(61_000, events)
    last().hello()
    expect([last().kind, events.isOpen]).toEqual(['socket', false])
  })

  it('moves on without a gap: the old line is let go when the new one stands', () => {
    open()
    const old = last()
    old.hello()
    old.tell({ is: 'move', withinMs: 2000 })
    vi.advanceTimersByTime(1500)
    expect([lines.length, old.isOpen]).toEqual([2, true])
    old.tell({ is: 'refresh' })
    last().hello()
    expect([old.isOpen, told.map(({ is }) => is)]).toEqual([false, ['hello', 'refresh', 'hello']])
    expect(states).toEqual(['open'])
  })

  it('notices a line on which nothing comes any more', () => {
    open()
    last().hello()
    vi.advanceTimersByTime(30_000)
    expect(states).toEqual(['open'])
    vi.advanceTimersByTime(20_000)
    expect(states).toContain('trying')
  })

  it('asks after a sleep whether the line still stands', () => {
    const connection = open()
    last().hello()
    connection.check()
    last().tell({ is: 'beat' })
    vi.advanceTimersByTime(4000)
    expect(lines.length).toBe(1)
    connection.check()
    vi.advanceTimersByTime(4000)
    last().hello()
    expect(lines.length).toBe(2)
  })

  it('asks again under the same key on every new line, until it is answered', async () => {
    const connection = open()
    last().hello()
    const answer = connection.ask('react', { isOn: true })
    last().onEnd()
    vi.advanceTimersByTime(1000)
    last().hello()
    const asked = lines.map(({ said }) => said.find((one) => one.do === 'ask'))
    expect(asked[0]).toEqual(asked[1])
    last().tell({ is: 'answer', key: (asked[1] as { key: string }).key, value: 7 })
    expect(await answer).toBe(7)
    last().onEnd()
    vi.advanceTimersByTime(1000)
    last().hello()
    expect(last().said.some((one) => one.do === 'ask')).toBe(false)
  })

  it('says of what was never answered that it may have happened', async () => {
    const connection = open()
    const answer = connection.ask('react', {}).catch((error: unknown) => error)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(await answer).toEqual({ code: 'unanswered', applied: 'unknown' })
  })

  it('dates keys by the clock of the server', () => {
    const connection = open()
    last().tell({ is: 'hello', build: '', beatMs: 25_000, now: 0x0123456789ab })
    void connection.ask('react', {}).catch(() => {})
    const asked = last().said.at(-1) as { key: string }
    expect(asked.key).toMatch(/^01234567-89ab-7[0-9a-f]{3}-[89ab]/)
  })

  it('lets go of its line while nobody can see the page, and is back with it', () => {
    const connection = open()
    last().hello()
    connection.pause()
    expect(last().isOpen).toBe(false)
    vi.advanceTimersByTime(600_000)
    expect(lines.length).toBe(1)
    connection.resume()
    last().hello()
    expect([lines.length, connection.state]).toEqual([2, 'open'])
  })
})
