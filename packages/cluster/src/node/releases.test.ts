import { once } from 'node:events'
import { describe, expect, it, onTestFinished } from 'vitest'
import { frameHeader } from '../channel/frames.ts'
import { dialSecurely } from '../link/dial.ts'
import { deriveKeys } from '../link/keys.ts'
import { eventually } from '../testing/eventually.ts'
import { openTestNode, secret, seen } from '../testing/open-nodes.ts'
import { decodeValue } from '../values/decode.ts'
import { encodeValue } from '../values/encode.ts'
import { callService } from './front-door.ts'
import type { NodeOptions } from './open-node.ts'

const hello = {
  kind: 'hello',
  protocols: [1],
  instance: 'i',
  name: 'other',
  region: 'iad',
  version: '9.0.0',
  port: 1,
  facts: {},
}

describe('a node and another release', () => {
  it('talk past fields and messages that only one of them knows', async () => {
    const { say, heard, node } = await connect()
    node.handle('echo', (payload) => payload)
    say({ ...hello, protocols: [1, 2], colour: 'blue' })
    say({ kind: 'gossip', about: 'everyone' })
    say({ kind: 'call', id: 1, method: 'echo', payload: 5, deadlineMs: 5000, priority: 'high' })
    await eventually('an answer', () => heard().find(({ kind, value }) => kind === 'answer' && value === 5))
  })

  it('part when they share no protocol, and say so', async () => {
    const { say, heard, socket } = await connect()
    say({ ...hello, protocols: [7, 8] })
    await once(socket, 'close')
    expect(heard().at(-1)).toEqual({ kind: 'bye', reason: 'other speaks protocols 7,8' })
  })

  it.each([
    ['calls before it says hello', [{ kind: 'call', id: 1, method: 'run', payload: 1, deadlineMs: 5000 }]],
    ['says hello without its name', [{ ...hello, name: undefined }]],
    ['sends something that is no message', [hello, 'hello?']],
    ['leaves out what a message needs', [hello, { kind: 'call', id: 1 }]],
  ])('part when one %s', async (_what, messages) => {
    const { say, heard, socket, node } = await connect()
    let ran = 0
    node.handle('run', () => ++ran)
    for (const message of messages) say(message)
    await once(socket, 'close')
    expect(heard().at(-1)).toMatchObject({ kind: 'bye' })
    expect(ran).toBe(0)
  })

  it('part when one never says hello', async () => {
    const { socket, heard } = await connect({ limits: { helloMs: 50 } })
    await once(socket, 'close')
    expect(heard().at(-1)).toEqual({ kind: 'bye', reason: 'no hello for 50 ms' })
  })

  it('find each other after an update of one of them', async () => {
    const problems: string[] = []
    const old = await openTestNode('old')
    const { say, socket } = await connect({
      discovery: { kind: 'static', peers: [old.address] },
      onProblem: (_address, { code }) => problems.push(code),
    })
    say({ ...hello, protocols: [7] })
    await once(socket, 'close')
    await seen(old, 'node')
    expect(problems).toEqual([])
  })
})

/** Another release, by hand: says and hears raw messages. */
async function connect(options: Partial<NodeOptions> = {}) {
  const node = await openTestNode('node', options)
  const socket = await dialSecurely({ to: node.address, keys: deriveKeys(secret), service: callService })
  onTestFinished(() => void socket.destroy())
  const chunks: Buffer[] = []
  socket.on('data', (chunk) => chunks.push(chunk as Buffer))
  return {
    node,
    socket,
    say(message: unknown) {
      const bytes = encodeValue(message)
      socket.write(Buffer.concat([frameHeader(bytes.length), bytes]))
    },
    heard: () => messagesIn(Buffer.concat(chunks)),
  }
}

function messagesIn(bytes: Buffer): Record<string, unknown>[] {
  if (bytes.length < 4 || bytes.length < 4 + bytes.readUInt32BE()) return []
  const end = 4 + bytes.readUInt32BE()
  const message = decodeValue(bytes.subarray(4, end)) as Record<string, unknown>
  return [message, ...messagesIn(bytes.subarray(end))]
}
