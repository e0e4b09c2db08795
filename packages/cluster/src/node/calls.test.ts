import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { CallOrigin } from '../calls/answerer.ts'
import { RemoteError } from '../calls/remote-error.ts'
import { ClusterError } from '../errors.ts'
import { eventually } from '../testing/eventually.ts'
import { openPair, openWire, seen, type Wire } from '../testing/open-nodes.ts'

const soon = { deadlineMs: 10_000 }

describe('a call', () => {
  it('carries values both ways as they are', async () => {
    const { asker, other, to } = await openPair()
    other.handle('echo', (payload) => payload)
    const blob = new Uint8Array(10 * 1024 * 1024).map((_, index) => index % 251)
    const value = {
      big: 2n ** 63n,
      at: new Date(0),
      none: null,
      nothing: undefined,
      zero: -0,
      text: '👩‍🚀\uD83D',
      blob,
    }
    expect(await asker.call(to, 'echo', value, soon)).toStrictEqual(value)
  })

  it('goes in either direction, and says who asks', async () => {
    const { asker, other } = await openPair()
    asker.handle('who', (_payload, { node, region, deadlineMs }) => ({ node, region, deadlineMs }))
    const { address } = await seen(other, 'asker')
    expect(await other.call(address, 'who', null, soon)).toEqual({ node: 'other', region: 'lhr', deadlineMs: 10_000 })
  })

  it('is answered when its turn comes, not in the order of asking', async () => {
    const { asker, other, to } = await openPair()
    const { promise, resolve } = Promise.withResolvers<string>()
    other.handle('slow', () => promise)
    other.handle('quick', () => resolve('slow'))
    const slow = asker.call(to, 'slow', null, soon)
    await asker.call(to, 'quick', null, soon)
    expect(await slow).toBe('slow')
  })

  it('brings back what the handler threw, with its code', async () => {
    const { asker, other, to } = await openPair()
    other.handle('coded', () => {
      throw Object.assign(new Error('notes.slug is not unique'), { code: 'constraint', applied: 'no' })
    })
    other.handle('uncoded', async () => {
      throw new TypeError('x is undefined')
    })
    const coded = await asker.call(to, 'coded', null, soon).catch((error: unknown) => error)
    expect(coded).toBeInstanceOf(RemoteError)
    expect(coded).toMatchObject({ code: 'constraint', applied: 'no', message: 'notes.slug is not unique' })
    await expect(asker.call(to, 'uncoded', null, soon)).rejects.toMatchObject({
      code: 'failed',
      applied: 'unknown',
      message: 'x is undefined',
    })
  })

  it('is refused when the other release does not know the method', async () => {
    const { asker, other, to } = await openPair()
    const stop = other.handle('known', () => 1)
    expect(await asker.call(to, 'known', null, soon)).toBe(1)
    stop()
    const refused = asker.call(to, 'known', null, soon)
    await expect(refused).rejects.toBeInstanceOf(ClusterError)
    await expect(refused).rejects.toMatchObject({ code: 'unknown_method', applied: 'no' })
  })

  it('ends at its deadline on both nodes', async () => {
    const { asker, other, to } = await openPair()
    const origin = Promise.withResolvers<CallOrigin>()
    other.handle('wait', (_payload, from) => {
      origin.resolve(from)
      return new Promise(() => {})
    })
    const call = asker.call(to, 'wait', null, { deadlineMs: 50 })
    const { signal } = await origin.promise
    await expect(call).rejects.toMatchObject({ code: 'unanswered', applied: 'unknown' })
    await eventually('the handler was told', () => signal.aborted)
  })

  it('is cancelled on both nodes by its signal', async () => {
    const { asker, other, to } = await openPair()
    const origin = Promise.withResolvers<CallOrigin>()
    other.handle('wait', (_payload, from) => {
      origin.resolve(from)
      return new Promise(() => {})
    })
    const controller = new AbortController()
    const call = asker.call(to, 'wait', null, { ...soon, signal: controller.signal })
    const { signal } = await origin.promise
    controller.abort()
    await expect(call).rejects.toMatchObject({ code: 'cancelled', applied: 'unknown' })
    await eventually('the handler was told', () => signal.aborted)
  })

  it('is not sent when it is late, cancelled, too large, not data, or for nobody', async () => {
    const { asker, other, to } = await openPair({ limits: { maxMessageBytes: 10_000 } })
    let ran = 0
    other.handle('run', () => ++ran)
    const blob = new Uint8Array(10_000)
    await expect(asker.call(to, 'run', null, { deadlineMs: 0 })).rejects.toMatchObject({ code: 'expired' })
    await expect(asker.call(to, 'run', null, { ...soon, signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'withdrawn',
    })
    await expect(asker.call(to, 'run', blob, soon)).rejects.toMatchObject({ code: 'too_large' })
    await expect(asker.call(to, 'run', () => 1, soon)).rejects.toMatchObject({ code: 'unsupported_value' })
    await expect(asker.call('[::1]:1', 'run', null, soon)).rejects.toMatchObject({ code: 'unreachable', applied: 'no' })
    expect(await asker.call(to, 'run', null, soon)).toBe(1)
  })

  it('may have run when its answer cannot be sent', async () => {
    const { asker, other, to } = await openPair({ limits: { maxMessageBytes: 10_000 } })
    other.handle('large', () => new Uint8Array(10_000))
    other.handle('odd', () => new Map())
    for (const method of ['large', 'odd']) {
      await expect(asker.call(to, method, null, soon)).rejects.toMatchObject({ code: 'failed', applied: 'unknown' })
    }
  })

  it.each(['maxInFlight', 'maxRunning'])('is refused beyond %s, and welcome again later', async (limit) => {
    const { asker, other, to } = await openPair({ limits: { [limit]: 2 } })
    const { promise, resolve } = Promise.withResolvers<void>()
    other.handle('wait', () => promise)
    const two = [1, 2].map(() => asker.call(to, 'wait', null, soon))
    await expect(asker.call(to, 'wait', null, soon)).rejects.toMatchObject({ code: 'overloaded', applied: 'no' })
    resolve()
    await Promise.all(two)
    await asker.call(to, 'wait', null, soon)
  })

  it('is refused while the peer does not take what was sent', async () => {
    let wire: Wire | undefined
    const limits = { maxQueuedBytes: 4 * 1024 * 1024, silenceMs: 60_000 }
    const { asker, other, to } = await openPair({ limits }, async (address) => {
      wire = await openWire(address)
      return wire.address
    })
    other.handle('take', () => true)
    wire!.stall()
    const blob = new Uint8Array(1024 * 1024)
    const calls = Array.from({ length: 40 }, () => asker.call(to, 'take', blob, soon).catch((error) => error.code))
    await eventually('a refusal', async () => (await Promise.race(calls.slice(-1))) === 'overloaded')
    wire!.mend()
    const results = await Promise.all(calls)
    expect(new Set(results)).toEqual(new Set([true, 'overloaded']))
    expect(await asker.call(to, 'take', blob, soon)).toBe(true)
  })

  it('is unanswered when the connection breaks, or this node closes', async () => {
    let wire: Wire | undefined
    const { asker, other, to } = await openPair({}, async (address) => {
      wire = await openWire(address)
      return wire.address
    })
    let arrived = 0
    other.handle('wait', () => {
      arrived++
      return new Promise(() => {})
    })
    const cut = asker.call(to, 'wait', null, soon)
    cut.catch(() => {})
    await eventually('it arrived', () => arrived === 1)
    wire!.cut()
    await expect(cut).rejects.toMatchObject({ code: 'unanswered', applied: 'unknown' })

    await seen(asker, 'other')
    const closing = asker.call(to, 'wait', null, soon)
    closing.catch(() => {})
    await eventually('it arrived', () => arrived === 2)
    await asker.close()
    await expect(closing).rejects.toMatchObject({ code: 'unanswered' })
    await expect(asker.call(to, 'wait', null, soon)).rejects.toMatchObject({ code: 'closed' })
  })

  it('ends the handler when the caller is gone', async () => {
    const { asker, other, to } = await openPair()
    const origin = Promise.withResolvers<CallOrigin>()
    other.handle('wait', (_payload, from) => {
      origin.resolve(from)
      return new Promise(() => {})
    })
    asker.call(to, 'wait', null, soon).catch(() => {})
    const { signal } = await origin.promise
    const aborted = once(signal, 'abort')
    await asker.close()
    await aborted
  })

  it('can be one of thousands at once', async () => {
    const { asker, other, to } = await openPair()
    other.handle('double', async (payload) => {
      await delay(0)
      return Number(payload) * 2
    })
    const numbers = Array.from({ length: 1000 }, (_, index) => index)
    const doubled = await Promise.all(numbers.map((number) => asker.call(to, 'double', number, soon)))
    expect(doubled).toEqual(numbers.map((number) => number * 2))
  })
})
