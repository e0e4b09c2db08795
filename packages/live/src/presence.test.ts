import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openPresence, type Presence, type PresenceCluster, type PresenceMessage } from './presence.ts'

/** Nodes that hear each other, unless they are cut off; messages arrive at once. */
function openNodes(...names: string[]) {
  const listeners = new Map<string, (node: string, message: PresenceMessage) => void>()
  const away = new Set<string>()
  const sent: PresenceMessage[] = []
  const clusterOf = (name: string): PresenceCluster => ({
    broadcast(message) {
      sent.push(message)
      if (away.has(name)) return
      for (const [other, hear] of listeners)
        if (other !== name && !away.has(other)) hear(name, structuredClone(message))
    },
    onMessage(listener) {
      listeners.set(name, listener)
      return () => void listeners.delete(name)
    },
  })
  const open = (name: string) => openPresence({ cluster: clusterOf(name) })
  return { nodes: names.map(open), away, sent, open }
}

describe('presence', () => {
  const opened: Presence[] = []
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => {
    for (const presence of opened.splice(0)) presence.close()
    vi.useRealTimers()
  })

  function open(...names: string[]) {
    const cluster = openNodes(...names)
    opened.push(...cluster.nodes)
    return { ...cluster, a: cluster.nodes[0]!, b: cluster.nodes[1]! }
  }

  it('counts a person with five tabs once', () => {
    const { a } = open('a')
    for (let tab = 0; tab < 5; tab++) a.join('ana', '/')
    expect([a.site, a.count('/')]).toEqual([1, 1])
    for (let tab = 0; tab < 4; tab++) a.leave('ana', '/')
    expect(a.site).toBe(1)
    a.leave('ana', '/')
    expect([a.site, a.count('/')]).toEqual([0, 0])
  })

  it('counts a person on two pages once for the site, and on each of them', () => {
    const { a } = open('a')
    a.join('ana', '/')
    a.join('ana', '/posts')
    a.join('ben', '/posts')
    expect([a.site, a.count('/'), a.count('/posts')]).toEqual([2, 1, 2])
  })

  it('counts a person on two nodes once, on both', () => {
    const { a, b } = open('a', 'b')
    a.join('ana', '/')
    b.join('ana', '/')
    b.join('ben', '/')
    vi.advanceTimersByTime(2000)
    expect([a.site, b.site, a.count('/')]).toEqual([2, 2, 2])
    b.leave('ana', '/')
    vi.advanceTimersByTime(2000)
    expect([a.site, b.site]).toEqual([2, 2])
    a.leave('ana', '/')
    vi.advanceTimersByTime(2000)
    expect([a.site, b.site]).toEqual([1, 1])
  })

  it('forgets a node that fell silent within seconds, and knows it again when it speaks', () => {
    const { a, b, away } = open('a', 'b')
    b.join('ben', '/')
    vi.advanceTimersByTime(2000)
    expect(a.site).toBe(1)
    away.add('b')
    vi.advanceTimersByTime(8000)
    expect(a.site).toBe(0)
    away.clear()
    vi.advanceTimersByTime(3000)
    expect(a.site).toBe(1)
  })

  it('asks for the whole when a message was lost', () => {
    const { a, b, away } = open('a', 'b')
    vi.advanceTimersByTime(2000)
    away.add('a')
    b.join('ben', '/')
    vi.advanceTimersByTime(1000)
    away.clear()
    expect(a.site).toBe(0)
    vi.advanceTimersByTime(3000)
    expect(a.site).toBe(1)
  })

  it('does not count those of a former life of a node', () => {
    const { a, b, open: openAgain } = open('a', 'b')
    b.join('ben', '/')
    vi.advanceTimersByTime(2000)
    b.close()
    const again = openAgain('b')
    opened.push(again)
    vi.advanceTimersByTime(2000)
    expect(a.site).toBe(0)
  })

  it('tells the other nodes of many people in messages of bounded size', () => {
    const { a, b, sent } = open('a', 'b')
    for (let person = 0; person < 5000; person++) a.join(`person ${person}`.replace(' ', ''), '/')
    vi.advanceTimersByTime(2000)
    expect(b.site).toBe(5000)
    expect(Math.max(...sent.map((message) => (message.kind === 'change' ? message.joined.length : 0)))).toBe(2000)
  })
})
