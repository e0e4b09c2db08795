import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { browserIsMissing, openBrowser } from '../../browser-tests/browser.ts'
import type { Cluster } from '../harness/index.ts'
import { contentOf, openSiteCluster, shows, startSites, writePost } from '../site/site-node.ts'
import { type NearbyReader, openReader, reaction } from './reader.ts'

const icon = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0h1v1H0z"/></svg>'

describe.skipIf(browserIsMissing)('pages that are open on several nodes', () => {
  let cluster: Cluster
  let browser: Browser
  let near: NearbyReader
  let far: NearbyReader
  let slug: string
  let published = 0

  beforeAll(async () => {
    cluster = await openSiteCluster({ title: 'live', start: false })
    // Without an icon a browser asks for one, and complains that there is none.
    for (const node of cluster.nodes) writeFileSync(join(contentOf(node), 'favicon.svg'), icon)
    ;[browser] = await Promise.all([openBrowser(), startSites(cluster)])
  }, 150_000)
  afterAll(async () => {
    await browser?.close()
    await cluster?.close()
  })
  beforeEach(async () => {
    // No other try has touched it, and it is in the folder of whoever may be primary next.
    slug = `post-${++published}`
    const path = `/posts/${slug}`
    for (const node of cluster.nodes) writePost(node, slug, 'Not changed yet.')
    for (const node of cluster.nodes) await shows(node, path, 'Not changed yet.')
    near = await openReader(browser, await cluster.primary())
    far = await openReader(browser, await cluster.replica())
    await Promise.all([near.open(path), far.open(path)])
  })
  afterEach(async ({ task }) => {
    const readers = [near, far]
    await Promise.all(readers.map((reader) => reader.close()))
    // It may have stopped half-way, and some of them with it.
    if (task.result?.state === 'fail') await Promise.all(cluster.nodes.map((node) => node.restart()))
    // Of nothing but a line that broke.
    const complaints = readers.flatMap((reader) => reader.complaints)
    expect(complaints.filter((line) => !/ERR_|WebSocket|net::|50[23]/.test(line))).toEqual([])
  }, 120_000)

  it('change with the data of their own node', async () => {
    writePost(await cluster.primary(), slug, 'Changed for everybody.')
    for (const { page } of [near, far]) await page.getByText('Changed for everybody.').waitFor()
  })

  it('show a reaction made on any of them, once', async () => {
    await reaction(far.page, '👍', 0).click()
    for (const { page } of [near, far]) await reaction(page, '👍', 1).waitFor()
    await reaction(near.page, '👍', 1).click()
    for (const { page } of [near, far]) await reaction(page, '👍', 2).waitFor()
  })

  it('count the people of all nodes', async () => {
    for (const { page } of [near, far])
      await page
        .locator('.status-here')
        .filter({ hasText: /^2 here$/ })
        .waitFor()
  })

  it('are up to date after ten minutes of sleep, on another node than before', async () => {
    await far.page.clock.install()
    await far.page.context().setOffline(true)
    writePost(await cluster.primary(), slug, 'Changed while one slept.')
    await near.page.getByText('Changed while one slept.').waitFor()
    const [, another] = await cluster.replicas()
    await far.moveTo(another!)
    await far.page.clock.fastForward('10:00')
    await far.page.context().setOffline(false)
    await far.page.clock.resume()
    await far.page.getByText('Changed while one slept.').waitFor()
  })

  it('bring what was tapped through the death of the primary, once', async () => {
    const primary = await cluster.primary()
    await primary.kill()
    await reaction(far.page, '🎉', 0).click()
    await reaction(far.page, '🎉', 1).waitFor()
    await near.moveTo(await cluster.primary({ timeoutMs: 40_000 }))
    // Without a guard the candidates that have to have a write are always the same, and the killed one is one of them.
    await primary.restart()
    await reaction(near.page, '🎉', 1).waitFor({ timeout: 60_000 })
    writePost(await cluster.primary(), slug, 'Written under another primary.')
    for (const { page } of [near, far])
      await page.getByText('Written under another primary.').waitFor({ timeout: 60_000 })
    await reaction(far.page, '🎉', 1).waitFor()
  }, 120_000)
})
