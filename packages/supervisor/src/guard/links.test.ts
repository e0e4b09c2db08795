import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { deriveKeys, formatAddress, type HostPort } from '@atoll/cluster'
import { expect, it, onTestFinished } from 'vitest'
import { type Links, openLinks } from './links.ts'

const keys = deriveKeys('the secret of these two nodes, which is long')

/** A link from here to a node whose LiteFS says back what it is told. */
async function linked() {
  const litefs = await listenEchoing()
  const [far, near] = [await open(litefs), await open(litefs)]
  const address = formatAddress(far.listener.address)
  return {
    ...near,
    openTo: (term: number) => near.openTo('far', address, term),
    /** With something that goes through it, as LiteFS's stream. */
    async streamIn(term: number) {
      const at = await near.openTo('far', address, term)
      const stream = connect(at)
      onTestFinished(() => void stream.destroy())
      expect(await echo(stream, 'hello')).toBe('hello')
      return { at, stream, ended: once(stream, 'close') }
    },
  }
}

it('carries LiteFS to the address of a reign, which is the same for whoever asks again', async () => {
  const { openTo, streamIn } = await linked()
  const { at } = await streamIn(1)
  expect(at.host).toBe('127.0.0.1')
  expect(await openTo(1)).toEqual(at)
})

it('ends what goes to the primary of an earlier reign, and takes nothing more there', async () => {
  const { openTo, streamIn } = await linked()
  const { at, ended } = await streamIn(1)
  expect(await openTo(2)).not.toEqual(at)
  await ended
  await expect(once(connect(at), 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
})

it('ends it also as soon as the lease is of another reign, or of none', async () => {
  const { closeUnless, streamIn } = await linked()
  for (const next of [2, undefined]) {
    const { at, stream, ended } = await streamIn(1)
    closeUnless(1)
    expect(await echo(stream, 'still')).toBe('still')
    closeUnless(next)
    await ended
    await expect(once(connect(at), 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  }
})

it('cuts what goes to a node that fell silent, and lets it be tried again', async () => {
  const { cut, streamIn } = await linked()
  const { at, stream, ended } = await streamIn(1)
  cut('another')
  expect(await echo(stream, 'still')).toBe('still')
  cut('far')
  await ended
  expect((await streamIn(1)).at).toEqual(at)
})

async function open(litefs: HostPort): Promise<Links> {
  const links = await openLinks({ listen: { host: '::1', port: 0 }, keys, litefs, onGuard: () => {} })
  onTestFinished(() => links.close())
  return links
}

async function listenEchoing(): Promise<HostPort> {
  const server = createServer((socket) => socket.on('error', () => {}).pipe(socket))
  server.listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port }
}

async function echo(socket: Socket, text: string): Promise<string> {
  socket.write(text)
  const [bytes] = await once(socket, 'data')
  return String(bytes)
}
