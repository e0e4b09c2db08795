import { Duplex } from 'node:stream'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ClusterError } from '../errors.ts'
import { channelLimits, openChannel } from './channel.ts'
import { frameHeader } from './frames.ts'
import type { Message } from './messages.ts'

describe('a channel', () => {
  it('sends what is said in one turn of the event loop in one write', async () => {
    const { channel, writes } = open()
    for (let id = 0; id < 100; id++) channel.send({ kind: 'cancel', id })
    await Promise.resolve()
    channel.send({ kind: 'ping' })
    await nextTurn()
    expect(writes).toHaveLength(1)
    channel.send({ kind: 'ping' })
    await nextTurn()
    expect(writes).toHaveLength(2)
  })

  it('reads messages however the stream is cut', async () => {
    const { channel, writes } = open()
    channel.send({ kind: 'answer', id: 1, value: 'a'.repeat(1000) })
    channel.send({ kind: 'cancel', id: 2 })
    await nextTurn()
    for (const size of [1, 3, 7, 500, 5000]) {
      const { heard, socket } = open()
      const bytes = writes[0]!
      for (let start = 0; start < bytes.length; start += size) socket.push(bytes.subarray(start, start + size))
      await nextTurn()
      expect(heard).toEqual([
        { kind: 'answer', id: 1, value: 'a'.repeat(1000) },
        { kind: 'cancel', id: 2 },
      ])
    }
  })

  it('hangs up on a message that is too large before the rest of it arrives', async () => {
    const { socket, ended } = open({ maxMessageBytes: 1000 })
    socket.push(frameHeader(1001))
    expect(await ended).toMatchObject({ code: 'too_large' })
  })

  it('hangs up on what it cannot read', async () => {
    for (const bytes of [Buffer.from([200]), Buffer.from([1])]) {
      const { socket, ended, heard } = open()
      socket.push(Buffer.concat([frameHeader(bytes.length), bytes]))
      expect(await ended).toMatchObject({ code: 'malformed' })
      expect(heard).toEqual([])
    }
  })

  it('says goodbye once, and nothing after it', async () => {
    const { channel, writes, ended } = open()
    channel.close(new ClusterError('closed', 'going home'))
    channel.close(new ClusterError('closed', 'twice'))
    channel.send({ kind: 'ping' })
    expect(await ended).toMatchObject({ message: 'going home' })
    await nextTurn()
    const { heard, socket } = open()
    socket.push(Buffer.concat(writes))
    await nextTurn()
    expect(heard).toEqual([{ kind: 'bye', reason: 'going home' }])
  })
})

function open(limits: Partial<typeof channelLimits> = {}) {
  const writes: Buffer[] = []
  const heard: Message[] = []
  const socket = new Duplex({
    read() {},
    write(chunk, _encoding, done) {
      writes.push(chunk)
      done()
    },
    writev(chunks, done) {
      writes.push(Buffer.concat(chunks.map(({ chunk }) => chunk)))
      done()
    },
  })
  onTestFinished(() => void socket.destroy())
  const { promise: ended, resolve } = Promise.withResolvers<ClusterError>()
  const channel = openChannel(socket, {
    limits: { ...channelLimits, ...limits },
    onMessage: (message) => heard.push(message),
    onClose: resolve,
  })
  return { channel, socket, writes, heard, ended }
}
