import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { browserIsMissing, desktop, openBrowser, openPage, type WatchedPage } from './browser.ts'
import { type LiveSite, startLiveSite } from './live-site.ts'

let site: LiveSite
let browser: Browser
let watched: WatchedPage
let page: Page

const visitors = [
  { name: 'in a browser with the Navigation API', hasNavigation: true },
  { name: 'in a browser without the Navigation API', hasNavigation: false },
]

/** Waits until the scripts run, and marks the document. */
async function open(address: string): Promise<void> {
  const hello = page.waitForEvent('websocket').then((socket) => socket.waitForEvent('framereceived'))
  await page.goto(site.url + address)
  await hello
  await page.evaluate(() => ((window as unknown as { mark: number }).mark = 1))
}

/** Whether it is still the document that `open` loaded. */
function isSameDocument(): Promise<boolean> {
  return page.evaluate(() => (window as unknown as { mark?: number }).mark === 1)
}

function heading(text: string): Locator {
  return page.getByRole('heading', { level: 1, name: text, exact: true })
}

/** What is read out to whoever does not see the page. */
function announced(text: string | RegExp): Promise<void> {
  return page.getByRole('status').filter({ hasText: text }).waitFor({ state: 'attached' })
}

function historyLength(): Promise<number> {
  return page.evaluate(() => history.length)
}

/** Gives the first link of the page another destination. */
async function linkTo(address: string): Promise<Locator> {
  const link = page.locator('main a').first()
  await link.evaluate((element, href) => element.setAttribute('href', href), address)
  return link
}

/** The name of a place far down the long post. */
async function placeInPost(): Promise<string> {
  const text = await (await fetch(`${site.url}/posts/long-read`)).text()
  return /<h2[^>]* id="([^"]+)"[^>]*>(?:(?!<\/h2>).)*Part 40/s.exec(text)![1]!
}

describe.skipIf(browserIsMissing).each(visitors)('a visit $name', ({ hasNavigation }) => {
  beforeAll(async () => {
    ;[site, browser] = await Promise.all([startLiveSite(), openBrowser()])
  }, 60_000)
  afterAll(async () => {
    await browser?.close()
    await site?.stop()
  })
  beforeEach(async () => {
    watched = await openPage(browser, { ...desktop, reducedMotion: 'reduce' })
    page = watched.page
    if (!hasNavigation) await page.addInitScript(() => Reflect.deleteProperty(window, 'navigation'))
  })
  afterEach(async () => {
    const stillHas = await page.evaluate(() => 'navigation' in window)
    await watched.close()
    expect(watched.complaints).toEqual([])
    expect(stillHas).toBe(hasNavigation)
  })

  it('shows the top of another page and reads its title out, and on the way back the place that was left', async () => {
    await open('/posts')
    const scrolled = 300
    await page.evaluate(async (top) => {
      const heard = new Promise((resolve) => addEventListener('scroll', resolve, { once: true }))
      scrollTo({ top, behavior: 'instant' })
      await heard
    }, scrolled)
    const link = page.locator('.entry-title a').first()
    const title = (await link.textContent())!
    await link.click()
    await heading(title).waitFor()
    expect(await page.title()).toContain(title)
    await page.waitForFunction(() => scrollY === 0)
    await announced(title)
    await page.goBack()
    await heading('Posts').waitFor()
    await page.waitForFunction((top) => Math.abs(scrollY - top) < 5, scrolled)
    await page.goForward()
    await heading(title).waitFor()
    await page.waitForFunction(() => scrollY === 0)
    expect(await isSameDocument()).toBe(true)
  })

  it('goes to the place that its address names, there and on the page itself', async () => {
    const place = await placeInPost()
    await open('/posts')
    await (await linkTo(`/posts/long-read#${place}`)).click()
    await heading('The long read').waitFor()
    await page.waitForFunction((id) => Math.abs(document.getElementById(id)!.getBoundingClientRect().top) < 200, place)
    await page.evaluate(() => scrollTo({ top: 0, behavior: 'instant' }))
    await (await linkTo(`#${place}`)).click()
    await page.waitForFunction((id) => Math.abs(document.getElementById(id)!.getBoundingClientRect().top) < 200, place)
    await page.goBack()
    expect(await isSameDocument()).toBe(true)
  })

  it('answers while somebody types, under an address to be shared, in one entry of the history, and reads it out', async () => {
    await open('/posts')
    const entries = await historyLength()
    await page.getByRole('searchbox').pressSequentially('replica')
    await page.waitForURL(/\/posts\?q=replica$/)
    await page.getByRole('link', { name: 'Clear search' }).waitFor()
    await announced((await page.locator('.results-line > span').first().textContent())!)
    expect(await historyLength()).toBe(entries)
    expect(await page.evaluate(() => document.activeElement!.tagName)).toBe('INPUT')
    expect(await isSameDocument()).toBe(true)
    const live = await page.locator('.entry-title').allTextContents()
    await page.reload()
    expect(await page.locator('.entry-title').allTextContents()).toEqual(live)
    expect(live.length).toBeGreaterThan(0)
  })

  it('turns a tag on where the keyboard is, and off again by going back', async () => {
    await open('/posts')
    const entries = await historyLength()
    const tag = page.locator('.tag-filter a').filter({ hasText: 'sqlite' })
    await tag.focus()
    await page.keyboard.press('Enter')
    await page.waitForURL(/tags=sqlite/)
    await page.locator('.tag-filter a[aria-current]').waitFor()
    expect(await page.evaluate(() => document.activeElement!.textContent)).toContain('sqlite')
    await announced((await page.locator('.results-line > span').first().textContent())!)
    expect(await historyLength()).toBe(entries + 1)
    await page.goBack()
    await page.locator('.tag-filter:not(:has(a[aria-current]))').waitFor()
    expect(await isSameDocument()).toBe(true)
  })

  it('turns the pages of a list, each an entry of the history', async () => {
    await open('/posts')
    const first = await page.locator('.entry-title').allTextContents()
    const entries = await historyLength()
    await page.getByRole('link', { name: 'Older' }).click()
    await page.getByText('Page 2 of').waitFor()
    expect(new URL(page.url()).search).toBe('?page=2')
    expect(await page.locator('.entry-title').allTextContents()).not.toEqual(first)
    expect(await historyLength()).toBe(entries + 1)
    await page.goBack()
    await page.getByText('Page 1 of').waitFor()
    expect(await page.locator('.entry-title').allTextContents()).toEqual(first)
    expect(await isSameDocument()).toBe(true)
  })

  it('shows that it goes on while the answer takes its time', async () => {
    await open('/posts')
    const held = Promise.withResolvers<void>()
    await page.route('**/posts/long-read', async (route) => {
      await held.promise
      await route.continue()
    })
    await (await linkTo('/posts/long-read')).click()
    await page.locator('.progress').waitFor()
    held.resolve()
    await heading('The long read').waitFor()
    await page.locator('.progress').waitFor({ state: 'detached' })
    expect(await isSameDocument()).toBe(true)
  })

  it('loads the whole page when it could not be fetched, wherever on it the address leads', {
    timeout: 60_000,
  }, async () => {
    const place = await placeInPost()
    await page.route('**/posts/long-read', (route) =>
      route.request().resourceType() === 'fetch' ? route.abort() : route.continue(),
    )
    for (const address of ['/posts/long-read', `/posts/long-read#${place}`]) {
      await open('/posts')
      await (await linkTo(address)).click()
      await heading('The long read').waitFor()
      expect(await isSameDocument()).toBe(false)
      expect(page.url()).toBe(site.url + address)
    }
    // What the browser itself says of the answer that did not come.
    expect(watched.complaints.splice(0).filter((line) => !line.includes('ERR_FAILED'))).toEqual([])
  })

  it('that was overtaken by another one is never shown', async () => {
    await open('/posts')
    const held = Promise.withResolvers<void>()
    await page.route('**/posts/long-read', async (route) => {
      await held.promise
      await route.continue().catch(() => {})
    })
    const asked = page.waitForRequest('**/posts/long-read')
    await (await linkTo('/posts/long-read')).click()
    await asked
    await (await linkTo('/about')).click()
    await heading('About').waitFor()
    held.resolve()
    await page.unrouteAll({ behavior: 'wait' })
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('About')
    expect(new URL(page.url()).pathname).toBe('/about')
    expect(await isSameDocument()).toBe(true)
  })
})
