import { basename } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { browserIsMissing, openBrowser } from '../../browser-tests/browser.ts'
import { type Cluster, type ClusterNode, eventually } from '../harness/index.ts'
import { atollOn, everywhere, openStarted, statusOf, writeIcon, writePost } from '../supervisor/started.ts'
import { type NearbyReader, openReader, reaction } from './reader.ts'

/** Counts the notices a reader was shown, and marks the document: a load of another one loses the mark. */
function keepAnEyeOn(page: Page): Promise<void> {
  return page.evaluate(() => {
    document.documentElement.dataset.mark = 'same'
    document.documentElement.dataset.notices = '0'
    new MutationObserver(() => {
      if (document.querySelector('.live-notice')) document.documentElement.dataset.notices = '1'
    }).observe(document.body, { childList: true })
  })
}

const noticedNothing = '[data-mark=same][data-notices="0"]'

describe.skipIf(browserIsMissing)('pages that are open while nodes come and go', () => {
  let cluster: Cluster
  let browser: Browser
  let reader: NearbyReader
  let page: Page
  let hasFailed = false
  let published = 0

  beforeAll(async () => {
    cluster = await openStarted('live-comes-and-goes')
    for (const node of cluster.nodes) {
      writeIcon(node)
      writePost(node, 'hello', 'Hello there.')
    }
    ;[browser] = await Promise.all([openBrowser(), ...cluster.nodes.map((node) => node.start())])
    await everywhere(cluster, '/posts/hello')
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    await cluster?.close({ keepLogs: hasFailed })
  })
  beforeEach(({ onTestFailed }) =>
    onTestFailed(() => {
      hasFailed = true
    }),
  )
  afterEach(async ({ task }) => {
    await reader?.close()
    // It may have stopped half-way, and some of them with it.
    if (task.result?.state === 'fail') await Promise.all(cluster.nodes.map((node) => node.restart()))
    await everywhere(cluster, '/posts/hello')
  }, 120_000)

  /** A post that no other try has touched, in the folder of whoever may be primary next: the path of its page. */
  async function publishAnew(): Promise<string> {
    const slug = `post-${++published}`
    for (const node of cluster.nodes) writePost(node, slug)
    await everywhere(cluster, `/posts/${slug}`)
    return `/posts/${slug}`
  }

  async function readAt(node: ClusterNode, path: string): Promise<void> {
    reader = await openReader(browser, node)
    page = reader.page
    await reader.open(path)
    await keepAnEyeOn(page)
  }

  it('answer whoever types a search through a handover, and show what the new primary writes', async () => {
    const old = await cluster.primary()
    await readAt(old, '/search')
    const field = page.getByRole('searchbox')
    const slug = `post-${++published}`
    const word = `handedover${published}`
    await field.focus()
    await page.keyboard.type(word.slice(0, 5))
    const handover = atollOn(old, 'handover')
    for (const letter of word.slice(5)) await page.keyboard.type(letter, { delay: 60 })
    expect((await handover).code).toBe(0)
    const next = await cluster.primary()
    expect(next.name).not.toBe(old.name)
    writePost(next, slug, `A ${word} by the new primary.`)
    await page.getByRole('link', { name: slug, exact: true }).waitFor()
    expect(await field.inputValue()).toBe(word)
    expect(await page.evaluate(() => document.activeElement?.getAttribute('type'))).toBe('search')
    expect(new URL(page.url()).search).toBe(`?q=${word}`)
    await page.locator(`html${noticedNothing}`).waitFor()
    expect(reader.complaints).toEqual([])
  })

  it('go on without a word to their readers when their node is deployed', async () => {
    const path = await publishAnew()
    const node = await cluster.primary()
    const other = cluster.nodes.find((candidate) => candidate !== node)!
    await readAt(node, path)
    await reaction(page, '🎉', 0).waitFor()
    // Before it begins: how soon a balancer asks is not the subject.
    await reader.prefer(other)
    const stopped = node.part('atoll').stop({ timeoutMs: 40_000 })
    await eventually('a balancer would hear of it', async () => (await statusOf(node, '/ready')) === 503)
    await reaction(page, '🎉', 0).click()
    await reaction(page, '🎉', 1).waitFor()
    await stopped
    await reaction(page, '👍', 0).click()
    await reaction(page, '👍', 1).waitFor()
    writePost(await cluster.primary(), basename(path), 'Written after the deploy.')
    await page.getByText('Written after the deploy.').waitFor()
    await page.locator(`html${noticedNothing}`).waitFor()
    expect(reader.complaints).toEqual([])
    await node.start()
  }, 120_000)

  it('hear and speak by events where sockets are blocked, from one node to another', async () => {
    const path = await publishAnew()
    const slug = basename(path)
    const [node, other] = await cluster.replicas()
    reader = await openReader(browser, node!)
    page = reader.page
    await page.routeWebSocket('**/live', (socket) => void socket.close())
    const events = page.waitForResponse('**/live/events')
    await reader.open(path)
    await events
    await keepAnEyeOn(page)
    writePost(await cluster.primary(), slug, 'It came by events.')
    await page.getByText('It came by events.').waitFor()
    await reaction(page, '🤔', 0).click()
    await reaction(page, '🤔', 1).waitFor()
    await reader.moveTo(other!)
    writePost(await cluster.primary(), slug, 'It came from another node.')
    await page.getByText('It came from another node.').waitFor()
    await page.locator('html[data-mark=same]').waitFor()
    expect(reader.complaints.filter((line) => !/ERR_|net::/.test(line))).toEqual([])
  })

  it('bring what was tapped through the death of the primary, once, and show it on every node', async () => {
    const path = await publishAnew()
    const primary = await cluster.primary()
    const [near] = await cluster.replicas()
    await readAt(near!, path)
    await reaction(page, '❤️', 0).waitFor()
    await primary.kill()
    await reaction(page, '❤️', 0).click()
    await reaction(page, '❤️', 1).waitFor()
    const next = await cluster.primary({ timeoutMs: 30_000 })
    await eventually('the tap is kept', async () => {
      const text = await (await next.fetch(`http://127.0.0.1:4000${path}`)).text()
      if (!/❤️[^0-9]*1\b/.test(text.replace(/<[^>]*>/g, ' '))) throw new Error('it is not on the new primary')
      return true
    })
    await page.locator(`html${noticedNothing}`).waitFor()
    expect(reader.complaints).toEqual([])
    await primary.restart()
  }, 120_000)

  it('are right after a sleep in which the post moved and every node was started again', async () => {
    const path = await publishAnew()
    await readAt(await cluster.primary(), path)
    await page.clock.install()
    await page.context().setOffline(true)
    for (const node of cluster.nodes) {
      await node.part('atoll').stop({ timeoutMs: 40_000 })
      await node.start()
      await everywhere(cluster, path)
    }
    writePost(await cluster.primary(), basename(path), 'Written during the night.', 'Good morning')
    await page.clock.fastForward('12:00:00')
    await page.context().setOffline(false)
    await page.clock.resume()
    await page.getByRole('heading', { name: 'Good morning' }).waitFor()
    await page.getByText('Written during the night.').waitFor()
    await page.locator('.live-notice').waitFor({ state: 'detached' })
    expect(reader.complaints.filter((line) => !/ERR_|net::/.test(line))).toEqual([])
  }, 180_000)
})
