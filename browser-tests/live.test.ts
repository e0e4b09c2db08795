import { inflateSync } from 'node:zlib'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { browserIsMissing, desktop, openBrowser, openPage, type WatchedPage } from './browser.ts'
import { type LiveSite, longRead, startLiveSite } from './live-site.ts'

let site: LiveSite
let browser: Browser
let readers: WatchedPage[]
let page: Page

/** The page has its line: what changes from now on comes over it. */
async function openLive(address: string, reader = page): Promise<void> {
  const hello = reader.waitForEvent('websocket').then((socket) => socket.waitForEvent('framereceived'))
  await reader.goto(site.url + address)
  await hello
  await reader.evaluate(() => ((window as unknown as { mark: number }).mark = 1))
}

/** The changes to a page that come over its line from now on. */
function heardChanges(address: string): unknown[] {
  const heard: unknown[] = []
  page.on('websocket', (socket) =>
    socket.on('framereceived', ({ payload }) => {
      const told = JSON.parse(typeof payload === 'string' ? payload : String(inflateSync(payload)))
      if (told.is === 'page' && told.page === address) heard.push(told)
    }),
  )
  return heard
}

/** Its name and text, published now. */
function newPost(name: string): [name: string, text: string] {
  const now = new Date().toISOString().replace(/\.\d+/, '')
  return [name, longRead(name, 'New.', name).replace('2026-01-01T00:00:00Z', now)]
}

/** Somebody with a browser of his own. */
async function openReader(options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const reader = await openPage(browser, { ...desktop, reducedMotion: 'reduce', ...options })
  readers.push(reader)
  return reader
}

/** Whether it is still the document that `openLive` loaded. */
function isSameDocument(): Promise<boolean> {
  return page.evaluate(() => (window as unknown as { mark?: number }).mark === 1)
}

describe.skipIf(browserIsMissing)('a page that is open', () => {
  beforeAll(async () => {
    ;[site, browser] = await Promise.all([startLiveSite(), openBrowser()])
  }, 60_000)
  afterAll(async () => {
    await browser?.close()
    await site?.stop()
  })
  beforeEach(async () => {
    readers = []
    page = (await openReader()).page
  })
  afterEach(async () => {
    await Promise.all(readers.map((reader) => reader.close()))
    expect(readers.flatMap(({ complaints }) => complaints)).toEqual([])
  })

  it('changes while it is read, and keeps focus, selection, scroll and what was opened', async () => {
    const slug = await site.publish()
    await openLive(`/posts/${slug}`)
    await page.getByText('More', { exact: true }).click()
    await page.getByRole('link', { name: 'link 40' }).focus()
    await page.evaluate(() => {
      const text = [...document.querySelectorAll('article p')].find((p) => p.textContent!.startsWith('Paragraph 41'))!
      document.getSelection()!.selectAllChildren(text)
    })
    await page.waitForFunction(() => document.activeElement!.getBoundingClientRect().top < innerHeight)
    await page.evaluate(() => document.activeElement!.scrollIntoView({ behavior: 'instant', block: 'center' }))
    const before = await page.evaluate(() => document.activeElement!.getBoundingClientRect().top)

    site.write(
      slug,
      longRead('The longer read', `It begins elsewhere.\n\n${'With more than there was. '.repeat(100)}`, slug),
    )
    await page.getByText('It begins elsewhere.').waitFor()

    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('The longer read')
    expect(await page.title()).toContain('The longer read')
    const after = await page.evaluate(() => ({
      focus: document.activeElement!.textContent,
      selection: String(document.getSelection()),
      top: document.activeElement!.getBoundingClientRect().top,
      isOpen:
        document.querySelector('details:has(> summary)') !== null &&
        document.querySelector<HTMLDetailsElement>('article details')!.open,
    }))
    expect(after).toMatchObject({ focus: 'link 40', isOpen: true })
    expect(after.selection).toMatch(/^Paragraph 41/)
    expect(Math.abs(after.top - before)).toBeLessThan(2)
    expect(await isSameDocument()).toBe(true)
  })

  it('follows a post to its new address', async () => {
    const slug = await site.publish()
    await openLive(`/posts/${slug}`)
    site.write(slug, longRead('The long read', 'It begins here.', `longer-${slug}`))
    await page.waitForURL(`**/posts/longer-${slug}`)
    await page.getByText('It begins here.').waitFor()
    expect(await isSameDocument()).toBe(true)
  })

  it('goes when its post is unpublished or deleted, and comes back with it', async () => {
    const slug = await site.publish()
    await openLive(`/posts/${slug}`)
    site.write(slug, longRead('The long read', 'It begins here.', slug, true))
    await page.getByText('Page Not Found').waitFor()
    site.write(slug, longRead('The long read', 'It begins again.', slug))
    await page.getByText('It begins again.').waitFor()
    site.remove(slug)
    await page.getByText('Page Not Found').waitFor()
    expect(await isSameDocument()).toBe(true)
    // The browser logs the answer 404 to the page's own question.
    const [{ complaints }] = readers as [WatchedPage]
    expect(complaints.splice(0).filter((line) => !line.includes('status of 404'))).toEqual([])
  })

  it('shows a new post in every list it is in', { timeout: 60_000 }, async () => {
    const now = new Date().toISOString().replace(/\.\d+/, '')
    const archive = `/archive/${now.slice(0, 4)}`
    const lists = ['/posts', '/tags/live', '/posts?tags=live', '/search?q=freshly', archive, '/tags']
    for (const address of lists) {
      await openLive(address)
      const name = `fresh-${address.replace(/\W/g, '')}-${await site.publish()}`
      site.write(
        name,
        longRead(`Freshly ${name}`, 'New.', name)
          .replace('[live]', `[live, ${name}]`)
          .replace('2026-01-01T00:00:00Z', now),
      )
      await page.getByRole('main').getByText(name).first().waitFor()
      expect(await isSameDocument()).toBe(true)
    }
  })

  it('changes once for an import of many files', async () => {
    const slug = await site.publish()
    const changes = heardChanges('/posts')
    await openLive('/posts')
    const posts = Array.from({ length: 40 }, (_, index) => newPost(`many-${slug}-${index}`))
    site.writeAll(Object.fromEntries(posts))
    await page.getByRole('main').getByText(`many-${slug}-`).first().waitFor()
    expect(changes).toHaveLength(1)
    // Whatever else was on its way would come before this.
    site.write(...newPost(`newest-${slug}`))
    await page.getByRole('main').getByText(`newest-${slug}`).waitFor()
    expect(changes).toHaveLength(2)
  })

  it('shows what became of the post that is the home page', async () => {
    const home = '20261101080000_hello_world'
    const text = `At home since ${await site.publish()}.`
    await openLive('/')
    site.write(home, `${site.read(home)}\n\n${text}\n`)
    await page.getByRole('main').getByText(text).waitFor()
    expect(await isSameDocument()).toBe(true)
  })

  it('shows a new project', async () => {
    const name = `Project of ${await site.publish()}`
    await openLive('/projects')
    site.addProject(name)
    await page.getByRole('main').getByText(name).waitFor()
    expect(await isSameDocument()).toBe(true)
  })

  it('answers while somebody types, and goes on being live', async () => {
    await openLive('/search')
    const slug = await site.publish()
    const word = `unheardof${slug.replace(/\W/g, '')}`
    await page.getByRole('searchbox').fill(word)
    await page.getByText('Nothing Found').waitFor()
    site.write(slug, longRead('The long read', `An ${word}.`, slug))
    await page.getByRole('link', { name: 'The long read' }).waitFor()
    expect(await page.evaluate(() => document.activeElement!.tagName)).toBe('INPUT')
    expect(new URL(page.url()).search).toBe(`?q=${word}`)
    expect(await isSameDocument()).toBe(true)
  })

  it('shows a reaction of one reader to all, at once and once', async () => {
    const slug = await site.publish()
    await openLive(`/posts/${slug}`)
    const other = await openReader()
    await openLive(`/posts/${slug}`, other.page)
    const button = (reader: Page) => reader.getByRole('button', { name: /^👍/ })
    await button(page).click()
    await button(page).and(page.locator('[aria-pressed=true]')).filter({ hasText: '1' }).waitFor()
    await button(other.page).filter({ hasText: '1' }).waitFor()
    await button(other.page).click()
    await button(page).filter({ hasText: '2' }).waitFor()
    await page.reload()
    await button(page).and(page.locator('[aria-pressed=true]')).filter({ hasText: '2' }).waitFor()
    await button(page).click()
    await button(other.page).filter({ hasText: '1' }).waitFor()
    await button(other.page).click()
    await button(page).filter({ hasText: '0' }).waitFor()
  })

  it('takes a reaction without a script, once, and back', async () => {
    const slug = await site.publish()
    const reader = await openReader({ javaScriptEnabled: false })
    await reader.page.goto(`${site.url}/posts/${slug}`)
    const button = reader.page.getByRole('button', { name: /^🎉/ })
    expect(await reader.page.context().cookies()).toEqual([])
    await button.click()
    await button.filter({ hasText: '1' }).waitFor()
    await button.click()
    await button.filter({ hasText: '0' }).waitFor()
    expect(await reader.page.context().cookies()).toContainEqual(
      expect.objectContaining({ name: 'reader', httpOnly: true, sameSite: 'Lax' }),
    )
  })

  it('counts whoever had it in sight for five seconds', async () => {
    const said: string[] = []
    page.on('websocket', (socket) => socket.on('framesent', ({ payload }) => said.push(String(payload))))
    await page.clock.install()
    await page.clock.pauseAt(Date.now() + 60_000)
    await openLive('/about')
    await page.clock.runFor(4900)
    expect(said.filter((text) => text.includes('"do":"here"'))).toEqual([])
    await page.clock.runFor(200)
    await page.locator('.status-here').filter({ hasText: 'here' }).waitFor()
  })

  it('counts people: five tabs once, two browsers twice, and nobody who looks away at once', {
    timeout: 60_000,
  }, async () => {
    for (let tab = 0; tab < 5; tab++) {
      const another = await page.context().newPage()
      await another.goto(`${site.url}/posts/long-read`)
    }
    const other = await openReader()
    await other.page.goto(`${site.url}/posts`)
    await other.page.locator('.status-here').filter({ hasText: '1 of 2 here' }).waitFor()
    await other.page.goto('about:blank')
    await page.context().pages().at(-1)!.locator('.status-here').filter({ hasText: '1 here' }).waitFor()
  })
})
