import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openDisk } from './disk.ts'
import { type FollowOptions, followPrimary } from './follow-primary.ts'
import type { Picture } from './records.ts'

const position = { txid: 9n, checksum: 'c'.repeat(16) }

function heldBy(node: string, index = 5): Picture {
  const value = {
    hostname: node,
    'advertise-url': `http://${node}:20202`,
    node,
    disk: node,
    address: `${node}:1`,
    nonce: '',
  }
  return {
    lease: { index, session: 'session', value },
    heartbeat: undefined,
    set: undefined,
    clusterId: '',
    nodes: [],
  }
}

/** Of `a`, which led before; `b` says what it knows of a's history. */
async function follows(history: 'yes' | 'no' | 'unknown' | 'silent', options: Partial<FollowOptions> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'atoll-follow-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const disk = await openDisk(join(folder, 'guard'))
  await disk.setHasLed(true)
  const opened: string[] = []
  const salvage = join(folder, 'salvage')
  const exportTo = async (file: string) => {
    expect(opened).toEqual([])
    writeFileSync(file, 'a database')
  }
  const peer = {
    async ask() {
      if (history === 'silent') throw new Error('no answer')
      return history
    },
  }
  const primary = followPrimary({
    ...{
      node: 'a',
      candidate: true,
      disk,
      lease: { reign: undefined },
      look: async () => heldBy('b'),
      isHandingOver: () => false,
    },
    links: {
      async openTo(node: string) {
        opened.push(node)
        return { host: '127.0.0.1', port: 1 }
      },
    },
    litefs: { position: async () => position, exportTo },
    peers: { get: () => peer },
    salvage: { folder: salvage, node: 'a', litefs: { exportTo }, log: { info() {}, warn() {}, error() {} } },
    ...options,
  } as unknown as FollowOptions)
  return { primary, opened, salvage, copies: () => (existsSync(salvage) ? readdirSync(salvage) : []) }
}

describe('a primary that comes back', () => {
  it.each(['no', 'unknown'] as const)(
    'follows nobody before its database is copied, when the new one says "%s" to its history',
    async (history) => {
      const { primary, opened, copies } = await follows(history)
      expect(await primary()).toEqual({ hostname: 'b', 'advertise-url': 'http://127.0.0.1:1' })
      expect(opened).toEqual(['b'])
      expect(copies()).toHaveLength(2)
      await primary()
      expect(copies()).toHaveLength(2)
    },
  )

  it('keeps the newest ten copies, and nothing of one that was interrupted', async () => {
    const { primary, copies, salvage } = await follows('no')
    mkdirSync(salvage)
    for (let day = 10; day < 21; day++) {
      for (const ending of ['db', 'json']) writeFileSync(join(salvage, `2026-01-${day}T000000.000Z-9-c.${ending}`), '')
    }
    writeFileSync(join(salvage, '2026-01-21T000000.000Z-9-c.part'), '')
    await primary()
    const kept = copies().toSorted()
    expect(kept).toHaveLength(20)
    expect(kept[0]).toMatch(/^2026-01-12/)
    expect(kept.filter((file) => file.endsWith('.part'))).toEqual([])
  })

  it('follows at once when the new one has been where it is', async () => {
    const { primary, copies } = await follows('yes')
    expect(await primary()).toBeDefined()
    expect(copies()).toEqual([])
  })

  it('follows nobody while the new one does not say, and does not ask at every turn', async () => {
    const { primary, opened } = await follows('silent')
    await expect(primary()).rejects.toThrow('no answer')
    await expect(primary()).rejects.toThrow('waiting')
    expect(opened).toEqual([])
  })
})

describe('a primary that hands over', () => {
  it('is not told to follow itself while the next one has not taken the lease', async () => {
    let looks = 0
    const look = async () => heldBy(++looks < 3 ? 'a' : 'b')
    const { primary, opened } = await follows('yes', { look })
    expect(await primary()).toMatchObject({ hostname: 'b' })
    expect(opened).toEqual(['b'])
  })
})

describe('a replica that lost its primary', () => {
  it('waits a moment for the next one, and follows the same again when there is none', async () => {
    const holders = [heldBy('b'), heldBy('b'), heldBy('b'), heldBy('c', 6)]
    const look = async () => (holders.length > 1 ? holders.shift()! : holders[0]!)
    const { primary, opened } = await follows('yes', { look })
    await primary()
    await primary()
    await primary()
    expect(opened).toEqual(['b', 'c', 'c'])
  })
})
