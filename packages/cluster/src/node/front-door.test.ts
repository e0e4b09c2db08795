import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { deriveKeys } from '../link/keys.ts'
import { listenSecurely } from '../link/listen.ts'
import { openTestNode, secret, seen } from '../testing/open-nodes.ts'
import { callService } from './front-door.ts'

describe('a node behind another program that holds its port', () => {
  it('is reached through it, and finds others by itself', async () => {
    const folder = socketFolder()
    const first = await openBehind(join(folder, 'first'))
    const second = await openBehind(join(folder, 'second'), first.port)
    await seen(second.node, 'first')
    first.node.handle('who', (_payload, { node }) => node)
    const { address } = second.node.locate('first')!
    expect(address).toBe(`[::1]:${first.port}`)
    expect(await second.node.call(address, 'who', null, { deadlineMs: 5000 })).toBe('second')
  })

  it('takes the place of one that ended without cleaning up', async () => {
    const socket = join(socketFolder(), 'node')
    await openTestNode('former', { listen: { socket, port: 1 } })
    const node = await openTestNode('node', { listen: { socket, port: 1 } })
    expect(node.refused).toEqual({ badHandshake: 0, slowHandshake: 0, crowded: 0 })
  })

  it('says when it cannot listen', async () => {
    const listen = { socket: '/nowhere/node', port: 1 }
    await expect(openTestNode('node', { listen })).rejects.toMatchObject({ code: 'not_listening' })
  })
})

/** A node, and in front of it a port that passes connections on, decrypted. */
async function openBehind(socket: string, other?: number) {
  const listener = await listenSecurely({
    listen: { host: '::1', port: 0 },
    keys: deriveKeys(secret),
    services: {
      [callService]: (near) => {
        const far = connect({ path: socket })
        far.on('error', () => near.destroy()).on('close', () => near.destroy())
        near.on('close', () => far.destroy())
        near.pipe(far)
        far.pipe(near)
      },
    },
  })
  onTestFinished(() => listener.close())
  const { port } = listener.address
  const peers = other === undefined ? [] : [{ host: '::1', port: other }]
  const node = await openTestNode(socket.split('/').at(-1)!, {
    listen: { socket, port },
    discovery: { kind: 'static', peers },
  })
  return { node, port }
}

function socketFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'atoll-door-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
