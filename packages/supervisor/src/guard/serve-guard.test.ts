import { deriveKeys, listenSecurely } from '@atoll/cluster'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Disk } from './disk.ts'
import type { LitefsWatch } from './litefs-watch.ts'
import { guardService, keepPeers } from './peers.ts'
import type { Report } from './report.ts'
import { serveGuards } from './serve-guard.ts'

const keys = deriveKeys('the secret of these two guards, which is long')

/** Two guards: `a` keeps a connection to `b`, whose LiteFS answers as long as it is told to. */
async function twoGuards({ onReport = () => {} }: { onReport?: (tellReport: () => void) => void } = {}) {
  const litefs = { isAnswering: true, onPosition: () => () => {} }
  const heard: number[] = []
  let count = 0
  const report = () => {
    const own = { node: 'b', count: ++count } as Partial<Report> as Report
    onReport(tellReport)
    return own
  }
  const { serve, tellReport } = serveGuards({
    ...{ litefs: litefs as Partial<LitefsWatch> as LitefsWatch, disk: {} as Disk, report },
    prepare: async () => {},
    promote: async () => ({ kind: 'leads' }),
    async remove() {},
  })
  const listener = await listenSecurely({
    ...{ listen: { host: '::1', port: 0 }, keys, services: { [guardService]: serve } },
  })
  const silent: string[] = []
  const peers = keepPeers({
    ...{ self: 'a', keys, pingEveryMs: 10, silenceMs: 100 },
    onReport: (peer) => void heard.push(peer.report!.count),
    onSilent: (node) => silent.push(node),
  })
  onTestFinished(async () => {
    await peers.close()
    await listener.close()
  })
  peers.learn([{ node: 'b', address: `[::1]:${listener.address.port}` }])
  await expect.poll(() => peers.get('b')!.report?.node).toBe('b')
  return { litefs, silent, heard, peer: peers.get('b')! }
}

describe('a guard that is pinged', () => {
  it('answers only while its LiteFS does: then what is connected to it is cut', async () => {
    const { litefs, silent, peer } = await twoGuards()
    expect(silent).toEqual([])
    litefs.isAnswering = false
    await expect.poll(() => silent).toEqual(['b'])
    litefs.isAnswering = true
    await expect.poll(() => peer.silentForMs()).toBeLessThan(100)
    litefs.isAnswering = false
    await expect.poll(() => silent).toEqual(['b', 'b'])
  })

  it('is never taken back to what it said before, though its answer comes after newer news', async () => {
    let isTelling = false
    // Its database moves while it answers.
    const { heard } = await twoGuards({
      onReport(tellReport) {
        if (isTelling) return
        isTelling = true
        tellReport()
        isTelling = false
      },
    })
    await expect.poll(() => heard.length).toBeGreaterThan(4)
    expect(heard).toEqual(heard.toSorted((a, b) => a - b))
  })
})
