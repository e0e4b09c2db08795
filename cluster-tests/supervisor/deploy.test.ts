import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { exitCodes } from '@atoll/supervisor'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { browserIsMissing, openBrowser, openPage, type WatchedPage } from '../../browser-tests/browser.ts'
import { type Cluster, type ClusterNode, eventually } from '../harness/index.ts'
import { type Balancer, openBalancer } from './balancer.ts'
import { buildNextRelease } from './next-release.ts'
import { type Readers, readAndReact } from './readers.ts'
import { atollOn, everywhere, openStarted, sitePort, statusOf, writeIcon, writePost } from './started.ts'

describe.skipIf(browserIsMissing)(
  'a rolling deploy of the next release, which has a migration and a new operation',
  () => {
    const next = mkdtempSync(join(process.env.ATOLL_CLUSTER_FOLDER!, 'next-release-'))
    const upgraded = new Set<ClusterNode>()
    let cluster: Cluster
    let balancer: Balancer
    let readers: Readers
    let browser: Browser
    let watched: WatchedPage
    let hasFailed = false

    beforeAll(async () => {
      cluster = await openStarted('rolling-deploy', 3, (node) => (upgraded.has(node) ? next : undefined))
      for (const node of cluster.nodes) {
        writePost(node, 'hello')
        writeIcon(node)
      }
      await Promise.all(cluster.nodes.map((node) => node.start()))
      await buildNextRelease(next)
      await everywhere(cluster, '/posts/hello')
      await Promise.all(cluster.nodes.map(ready))
      balancer = await openBalancer(cluster.nodes)
      readers = readAndReact(balancer.port, 'hello')
      browser = await openBrowser()
      watched = await openPage(browser, { reducedMotion: 'reduce' })
      await openPost(watched, balancer.port)
    }, 150_000)

    beforeEach(({ onTestFailed }) =>
      onTestFailed(() => {
        hasFailed = true
      }),
    )
    afterAll(async () => {
      await readers?.stop()
      await watched?.close()
      await browser?.close()
      await balancer?.close()
      await cluster?.close({ keepLogs: hasFailed })
      rmSync(next, { recursive: true, force: true })
    })

    it('begins on a replica, which asks for the lease and migrates', async () => {
      const replica = await cluster.replica()
      await gapOf(() => upgrade(replica))
      expect(replica.part('atoll').log()).toContain('needs a newer schema than the primary makes')
      expect(await cluster.primary()).toBe(replica)
    })

    it('brings the lease back to the new release when an old one leads and refuses the new operation', async () => {
      const [replica] = upgraded
      const old = cluster.nodes.find((node) => !upgraded.has(node))!
      await gapOf(async () => {
        const { code, out } = await atollOn(replica!, 'handover', '--to', old.name)
        expect([code, out]).toEqual([0, expect.stringContaining(`${old.name} is primary`)])
        await eventually('the new release leads again', async () => (await cluster.primary()) === replica)
      })
      expect(replica!.part('atoll').log()).toContain('has an operation that the primary does not know')
    })

    it('goes on node by node', async () => {
      for (const node of cluster.nodes.filter((one) => !upgraded.has(one))) await gapOf(() => upgrade(node))
    })

    it('failed no write and no request, and counted every reaction once', async () => {
      const { page } = watched
      await readers.stop()
      expect(readers.failures).toEqual([])
      const count = readers.reactions.length
      expect(count).toBeGreaterThan(0)
      for (const node of cluster.nodes) await eventually('it counts', async () => (await countOn(node)) === count)
      // The page that was open all the time shows it too, and never said that it was cut off.
      await page.getByRole('button', { name: new RegExp(`^👍 ${count}$`) }).waitFor()
      expect(await page.evaluate(() => document.documentElement.dataset)).toMatchObject({
        opened: 'once',
        noticed: '0',
      })
      expect(watched.complaints).toEqual([])
    })

    async function upgrade(node: ClusterNode) {
      expect(await node.part('atoll').stop({ timeoutMs: 40_000 })).toBe(exitCodes.stopped)
      upgraded.add(node)
      await node.start()
      await ready(node)
    }

    /** How long nobody could react. */
    async function gapOf(happens: () => Promise<unknown>) {
      const from = performance.now()
      await happens()
      const { length } = readers.reactions
      await eventually('somebody reacts', () => readers.reactions.length > length + 10)
      console.info(`${Math.round(readers.longestGapMs(from))} ms without a reaction`)
    }
  },
)

function ready(node: ClusterNode): Promise<unknown> {
  return eventually(`${node.name} is ready`, async () => (await statusOf(node, '/ready')) === 200, {
    timeoutMs: 40_000,
  })
}

async function countOn(node: ClusterNode): Promise<number> {
  const response = await node.fetch(`http://127.0.0.1:${sitePort}/posts/hello`)
  return Number(/reaction-count">(\d+)</.exec(await response.text())?.[1])
}

/** Notes on the page itself whether it is still the one that was opened, and how often it said to be offline. */
async function openPost({ page }: WatchedPage, port: number) {
  await page.goto(`http://127.0.0.1:${port}/posts/hello`)
  await page.evaluate(() => {
    const { dataset } = document.documentElement
    dataset.opened = 'once'
    dataset.noticed = '0'
    new MutationObserver(() => {
      if (/^Offline/m.test(document.body.innerText)) dataset.noticed = String(Number(dataset.noticed) + 1)
    }).observe(document.body, { childList: true, subtree: true, characterData: true })
  })
}
