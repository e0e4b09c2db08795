import { duplexPair } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { openPipe } from './pipe.ts'

const messages = [{ id: 1, at: new Date(0), big: 2n ** 70n }, 'short', { bytes: new Uint8Array(300_000).fill(7) }, []]

/** What arrives when the bytes of all messages come in pieces of a size. */
async function arriveInPieces(size: number): Promise<unknown[]> {
  const [near, wire] = duplexPair()
  const [receiving, far] = duplexPair()
  const pipe = openPipe(near, () => {})
  for (const message of messages) pipe.send(message)
  near.end()
  const bytes = Buffer.concat(await Array.fromAsync(wire as AsyncIterable<Buffer>))
  const arrived: unknown[] = []
  const all = Promise.withResolvers<void>()
  openPipe(far, (message) => {
    if (arrived.push(message) === messages.length) all.resolve()
  })
  for (let at = 0; at < bytes.length; at += size) receiving.write(bytes.subarray(at, at + size))
  await all.promise
  return arrived
}

describe('openPipe', () => {
  it.each([3, 4096, 1_000_000])('gives messages as they were sent, in pieces of %i bytes', async (size) => {
    expect(await arriveInPieces(size)).toEqual(messages)
  })

  it('throws for what cannot be cloned, and sends nothing of it', async () => {
    const [near, far] = duplexPair()
    const arrived = new Promise((resolve) => openPipe(far, resolve))
    const pipe = openPipe(near, () => {})
    expect(() => pipe.send({ run: () => {} })).toThrow('could not be cloned')
    pipe.send('next')
    expect(await arrived).toBe('next')
  })
})
