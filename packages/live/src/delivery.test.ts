import { afterEach, describe, expect, it } from 'vitest'
import { type Delivery, openDelivery } from './delivery.ts'
import { Message } from './message.ts'
import { Session } from './session.ts'

const delivery: Delivery = openDelivery({ maxBufferedBytes: 1e6, maxBehindMs: 1e6, onSlow: () => {} })
afterEach(() => delivery.close())

const [first, second] = [new Message({ is: 'beat' }), new Message({ is: 'refresh' })]

/** Who was told what, in that order; each of them takes the kernel a while. */
function openCrowd(count: number, tellMs = 0) {
  const told: [reader: number, message: Message][] = []
  const sessions = Array.from({ length: count }, (_, reader) => {
    const tell = (message: Message) => {
      const until = performance.now() + tellMs
      while (performance.now() < until);
      told.push([reader, message])
    }
    return new Session({ bufferedBytes: 0, tell, close: () => {} }, '', { saidAtOnce: 1 })
  })
  return { sessions, told }
}

describe('what is spread to many', () => {
  it('lets whatever else waits have its turn, and comes to all', async () => {
    const { sessions, told } = openCrowd(400, 0.1)
    let toldBefore = 0
    setImmediate(() => {
      toldBefore = told.length
    })
    await delivery.spread(sessions, first)
    expect(told.map(([reader]) => reader)).toEqual(sessions.map((_, reader) => reader))
    expect(toldBefore).toBeLessThan(400)
  })

  it('comes to everybody after what was spread before it', async () => {
    const { sessions, told } = openCrowd(200, 0.1)
    await Promise.all([delivery.spread(sessions, first), delivery.spread(sessions.slice(0, 1), second)])
    expect(told.slice(0, 200).every(([, message]) => message === first)).toBe(true)
    expect(told.slice(200)).toEqual([[0, second]])
  })

  it('comes to nobody who came after it began, or left before it came', async () => {
    const { sessions, told } = openCrowd(200, 0.1)
    const present = new Set(sessions.slice(0, 199))
    const spread = delivery.spread(present, first)
    present.add(sessions[199]!)
    sessions[198]!.isOpen = false
    await spread
    expect(told.map(([reader]) => reader)).toEqual(Array.from({ length: 198 }, (_, reader) => reader))
  })

  it('does not keep an answer to one of them waiting', async () => {
    const { sessions, told } = openCrowd(200, 0.1)
    const spread = delivery.spread(sessions, first)
    delivery.send(sessions[199]!, second)
    await spread
    expect(told.findIndex(([, message]) => message === second)).toBeLessThan(199)
  })

  it('ends when nothing may be sent any more', async () => {
    const { sessions, told } = openCrowd(200, 0.1)
    const spread = delivery.spread(sessions, first)
    delivery.close()
    await spread
    const before = told.length
    await new Promise((resolve) => setImmediate(resolve))
    expect(told.length).toBe(before)
    expect(before).toBeLessThan(200)
  })
})
