import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { HostPort } from '../address.ts'
import { clusterErrors } from '../errors.ts'
import { eventually } from '../testing/eventually.ts'
import { dialSecurely } from './dial.ts'
import { handshakeOptions } from './handshake.ts'
import { deriveKeys } from './keys.ts'
import { type ListenOptions, listenSecurely } from './listen.ts'

const secret = 'a secret that only these nodes know'
const otherSecret = 'another secret of sufficient length'
const keys = deriveKeys(secret)

describe('a secure link', () => {
  it('carries bytes both ways, encrypted with a fresh key, and leaves no ticket that outlives the secret', async () => {
    const { listener } = await listen()
    const socket = await dial(listener.address)

    expect(await echo(socket, 'hello')).toBe('hello')
    expect(socket.getCipher().standardName).toBe('TLS_ECDHE_PSK_WITH_CHACHA20_POLY1305_SHA256')
    expect(socket.getEphemeralKeyInfo()).toMatchObject({ name: 'X25519' })
    expect(socket.getTLSTicket()).toBeUndefined()
  })

  it('takes IPv4 and IPv6 on one port', async () => {
    const { listener } = await listen({ listen: { host: '::', port: 0 } })
    for (const host of ['::1', '127.0.0.1']) {
      expect(await echo(await dial({ host, port: listener.address.port }), host)).toBe(host)
    }
  })

  it('lets two secrets be valid while one replaces the other', async () => {
    const [before, during, after] = [[otherSecret], [secret, otherSecret], [secret]].map(deriveKeys)
    const pairs = [
      [before, during],
      [during, before],
      [during, after],
      [after, during],
      [during, during],
    ] as const
    for (const [listening, dialling] of pairs) {
      const { listener } = await listen({ keys: listening! })
      expect(await echo(await dial(listener.address, { keys: dialling! }), 'hello')).toBe('hello')
    }
  })

  it('refuses another secret, and says so to both sides', async () => {
    const { listener, served } = await listen()
    await expect(dial(listener.address, { keys: deriveKeys(otherSecret) })).rejects.toMatchObject({
      code: 'unauthenticated',
      applied: 'no',
      fix: clusterErrors.unauthenticated.fix,
    })
    await eventually('the refusal is counted', () => listener.refused.badHandshake === 1)
    expect(served).toEqual([])
  })

  it('refuses who knows the name of a key, but not the key', async () => {
    const { listener, served } = await listen()
    const forged = [{ identity: keys[0].identity, key: deriveKeys(otherSecret)[0].key }] as const
    await expect(dial(listener.address, { keys: forged })).rejects.toMatchObject({ code: 'unauthenticated' })
    await eventually('the refusal is counted', () => listener.refused.badHandshake === 1)
    expect(served).toEqual([])
  })

  it('does not let a listener pose as a node that it is not', async () => {
    const forged = [{ identity: keys[0].identity, key: deriveKeys(otherSecret)[0].key }] as const
    const { listener } = await listen({ keys: forged })
    await expect(dial(listener.address)).rejects.toMatchObject({ code: 'unauthenticated' })
  })

  it.each([
    [
      'another service',
      { ALPNProtocols: ['litefs'], pskCallback: () => ({ identity: keys[0].identity, psk: keys[0].key }) },
    ],
    ['no service', { pskCallback: () => ({ identity: keys[0].identity, psk: keys[0].key }) }],
    ['no key', { ALPNProtocols: ['echo'], ciphers: 'DEFAULT', maxVersion: 'TLSv1.3' as const }],
  ])('refuses who asks with %s', async (_what, options) => {
    const { listener, served } = await listen()
    const socket = connectTls({
      ...handshakeOptions,
      ...listener.address,
      checkServerIdentity: () => undefined,
      ...options,
    })
    socket.on('error', () => {})
    socket.resume()
    await closed(socket)
    await eventually('the refusal is counted', () => listener.refused.badHandshake === 1)
    expect(served).toEqual([])
  })

  it.each([
    ['plain HTTP', 'GET / HTTP/1.1\r\n\r\n'],
    ['zeros', '\0'.repeat(100_000)],
    ['half a handshake', '\x16\x03\x01\xff\xff garbage'],
  ])('refuses %s before anything reads it', async (_what, garbage) => {
    const { listener, served } = await listen({ handshakeTimeoutMs: 200 })
    const socket = stranger(listener.address)
    socket.write(garbage)
    await closed(socket)
    await eventually('the refusal is counted', () => {
      return listener.refused.badHandshake + listener.refused.slowHandshake === 1
    })
    expect(served).toEqual([])
  })

  it('refuses recorded bytes of a node', async () => {
    const { listener, served } = await listen()
    const wire = await record(listener.address)
    const socket = await dial(wire.address)
    expect(await echo(socket, 'pay 5')).toBe('pay 5')
    socket.destroy()

    const replayer = stranger(listener.address)
    replayer.write(Buffer.concat(wire.sent))
    await closed(replayer)
    await eventually('the refusal is counted', () => listener.refused.badHandshake === 1)
    expect(served.join('')).toBe('pay 5')
  })

  it('ends a handshake that takes too long', async () => {
    const { listener } = await listen({ handshakeTimeoutMs: 50 })
    await closed(stranger(listener.address))
    expect(listener.refused.slowHandshake).toBe(1)
  })

  it('lets a node in through a crowd of silent strangers, of whom it keeps a bounded number', async () => {
    const { listener } = await listen({ maxStrangers: 4 })
    const crowd = Array.from({ length: 20 }, () => stranger(listener.address))
    await eventually('all but four were sent away', () => listener.refused.crowded === 16)
    expect(await echo(await dial(listener.address), 'hello')).toBe('hello')
    expect(crowd.filter((socket) => !socket.closed).length).toBeLessThanOrEqual(4)
  })

  it('sends away whose address holds most, and nobody who is through', async () => {
    const { listener } = await listen({ listen: { host: '::', port: 0 }, maxStrangers: 4 })
    const { port } = listener.address
    const node = await dial({ host: '::1', port })
    const slow = await connected(stranger({ host: '::1', port }))
    const crowd: Socket[] = []
    for (let count = 0; count < 20; count++) crowd.push(await connected(stranger({ host: '127.0.0.1', port })))
    await eventually('all but three were sent away', () => crowd.filter((socket) => socket.closed).length === 17)
    expect(slow.closed).toBe(false)
    expect(await echo(node, 'hello')).toBe('hello')
  })

  it('gives up on a listener that never answers, and when told to', async () => {
    const silent = createServer().listen(0, '::1')
    onTestFinished(() => void silent.close())
    silent.on('connection', (socket) => onTestFinished(() => void socket.destroy()))
    await once(silent, 'listening')
    const address = silent.address() as unknown as { port: number }
    const to = { host: '::1', port: address.port }
    await expect(dial(to, { timeoutMs: 30 })).rejects.toMatchObject({ code: 'unreachable' })
    await expect(dial(to, { signal: AbortSignal.timeout(30) })).rejects.toMatchObject({ name: 'TimeoutError' })
  })

  it('says that nobody listens, and that an address is taken', async () => {
    const { listener } = await listen()
    await expect(listen({ listen: listener.address })).rejects.toMatchObject({ code: 'not_listening' })
    await listener.close()
    await expect(dial(listener.address)).rejects.toMatchObject({ code: 'unreachable' })
  })

  it('ends every connection when it closes', async () => {
    const { listener } = await listen()
    const socket = await dial(listener.address)
    const silent = stranger(listener.address)
    await once(silent, 'connect')
    const ended = Promise.all([closed(socket), closed(silent)])
    socket.resume()
    await listener.close()
    await ended
  })
})

describe('deriveKeys', () => {
  it('refuses a secret that could be guessed, none, and three', () => {
    for (const secrets of ['short', [], [secret, 'short'], [secret, otherSecret, `${secret}3`]]) {
      expect(() => deriveKeys(secrets)).toThrow(expect.objectContaining({ code: 'bad_secret' }))
    }
  })

  it('never shows the secret or the key in the name of a key', () => {
    const [{ identity, key }] = keys
    expect(identity).toMatch(/^[0-9a-f]{16}$/)
    expect(key.toString('hex')).not.toContain(identity)
  })
})

async function listen(options: Partial<ListenOptions> = {}) {
  const served: string[] = []
  const listener = await listenSecurely({
    listen: { host: '::1', port: 0 },
    keys,
    services: {
      echo: (socket) =>
        socket.on('data', (bytes) => {
          served.push(String(bytes))
          socket.write(bytes)
        }),
    },
    ...options,
  })
  onTestFinished(() => listener.close())
  return { listener, served }
}

async function dial(to: HostPort, options: Partial<Parameters<typeof dialSecurely>[0]> = {}) {
  const socket = await dialSecurely({ to, keys, service: 'echo', ...options })
  onTestFinished(() => void socket.destroy())
  return socket
}

async function echo(socket: Socket, text: string): Promise<string> {
  socket.write(text)
  const [bytes] = await once(socket, 'data')
  return String(bytes)
}

function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => (socket.closed ? resolve() : socket.once('close', () => resolve())))
}

async function connected(socket: Socket): Promise<Socket> {
  await once(socket, 'connect')
  return socket
}

/** Someone who can connect, and has no secret. */
function stranger(to: HostPort): Socket {
  const socket = connect(to)
  onTestFinished(() => void socket.destroy())
  socket.on('error', () => {})
  return socket.resume()
}

/** A wire-tap: passes on what it is sent and remembers what the dialling side said. */
async function record(to: HostPort): Promise<{ address: HostPort; sent: Buffer[] }> {
  const sent: Buffer[] = []
  const server = createServer((near) => {
    const far = stranger(to)
    near.on('data', (bytes) => sent.push(bytes as Buffer)).on('error', () => {})
    near.pipe(far)
    far.pipe(near)
    onTestFinished(() => void near.destroy())
  }).listen(0, '::1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  return { address: { host: '::1', port: (server.address() as unknown as HostPort).port }, sent }
}
