import { brotliCompressSync } from 'node:zlib'
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { browserIsMissing, desktop, openBrowser, openPage, phone, type WatchedPage } from './browser.ts'
import { pagesOfEveryKind } from './pages.ts'
import { type RunningSite, startSite } from './site.ts'

let site: RunningSite
let browser: Browser
let watched: WatchedPage

describe.skipIf(browserIsMissing)('a reader', () => {
  beforeAll(async () => {
    ;[site, browser] = await Promise.all([startSite(), openBrowser()])
  }, 60_000)
  afterAll(async () => {
    await browser?.close()
    await site?.stop()
  })
  beforeEach(async () => {
    watched = await openPage(browser, desktop)
  })
  afterEach(async () => {
    await watched.close()
    expect(watched.complaints).toEqual([])
  })

  it('sees no error and no policy report on any kind of page', { timeout: 60_000 }, async () => {
    const { page, complaints } = watched
    for (const path of Object.values(pagesOfEveryKind)) {
      await page.goto(site.url + path, { waitUntil: 'load' })
      // A 404 is what the missing page is for; the browser logs it as a failed load.
      while (complaints.at(-1)?.includes('status of 404')) complaints.pop()
    }
    expect(complaints).toEqual([])
  })

  it('finds one h1, a language and a title on every kind of page', { timeout: 60_000 }, async () => {
    const { page, complaints } = watched
    const titles = new Set<string>()
    for (const [kind, path] of Object.entries(pagesOfEveryKind)) {
      await page.goto(site.url + path, { waitUntil: 'domcontentloaded' })
      expect(await page.locator('h1').count(), kind).toBe(1)
      expect(await page.locator('html').getAttribute('lang'), kind).toBe('en')
      titles.add(await page.title())
      while (complaints.at(-1)?.includes('status of 404')) complaints.pop()
    }
    expect(titles.size).toBeGreaterThan(10)
  })

  it('reaches the content with the first tab stop', async () => {
    const { page } = watched
    await page.goto(`${site.url}/posts/kitchen-sink`)
    await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement?.textContent?.trim())).toBe('Skip to the content')
    await page.keyboard.press('Enter')
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('MAIN')
  })

  it('sees where the focus is, on everything that can have it', async () => {
    const { page } = watched
    await page.goto(`${site.url}/posts`)
    for (let stop = 0; stop < 25; stop++) {
      await page.keyboard.press('Tab')
      const focus = await page.evaluate(() => {
        const element = document.activeElement!
        // A control that is drawn by its label shows the focus there.
        const styles = [element, element.closest('label'), element.nextElementSibling]
          .filter((shown) => shown !== null)
          .map((shown) => getComputedStyle(shown))
        const isVisible = styles.some(
          ({ outlineStyle, outlineWidth }) => outlineStyle !== 'none' && outlineWidth !== '0px',
        )
        return { isVisible: isVisible || element === document.body, html: element.outerHTML.slice(0, 120) }
      })
      expect(focus).toMatchObject({ isVisible: true })
    }
  })

  it.each(['light', 'dark', 'contrast'])('keeps the %s theme across pages without a flash', async (theme) => {
    const { page } = watched
    await page.goto(site.url)
    await page.evaluate((name) => localStorage.setItem('atoll:theme', name), theme)
    // The first frame already has the theme: it is set before the body is parsed.
    await page.addInitScript(() => {
      new MutationObserver((_, observer) => {
        if (!document.body) return
        ;(window as unknown as { themeAtBody: unknown }).themeAtBody = document.documentElement.dataset.theme
        observer.disconnect()
      }).observe(document, { childList: true, subtree: true })
    })
    await page.goto(`${site.url}/posts`)
    expect(await page.evaluate(() => (window as unknown as { themeAtBody: unknown }).themeAtBody)).toBe(theme)
  })

  it('chooses a theme with the keyboard alone', async () => {
    const { page } = watched
    await page.goto(site.url)
    await page.getByRole('button', { name: /options/i }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('radio', { name: 'Dark' }).check()
    expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe('dark')
    await page.keyboard.press('Escape')
    await page.reload()
    expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe('dark')
  })

  it('finds the screen of old and what was folded as they were left, without a cookie', async () => {
    const { page } = watched
    const panel = page.locator('details[data-fold]').first()
    await page.goto(`${site.url}/posts/kitchen-sink`)
    expect(await panel.getAttribute('open')).toBe('')
    await panel.locator('summary').click()
    await page.getByRole('button', { name: /options/i }).click()
    await page.getByRole('checkbox', { name: 'Cathode-ray tube' }).check()
    await page.locator('html[data-crt]').waitFor()
    await page.goto(`${site.url}/posts`)
    await page.locator('html[data-crt]').waitFor()
    await page.goto(`${site.url}/posts/kitchen-sink`)
    expect(await panel.getAttribute('open')).toBeNull()
    expect(await page.context().cookies()).toEqual([])
  })

  it('is sent no more than 15 KB of scripts, whatever is read', { timeout: 60_000 }, async () => {
    const { page, complaints } = watched
    const scripts = new Set<string>()
    page.on('request', (request) => {
      if (request.resourceType() === 'script') scripts.add(request.url())
    })
    for (const path of Object.values(pagesOfEveryKind)) await page.goto(site.url + path)
    while (complaints.at(-1)?.includes('status of 404')) complaints.pop()
    const bodies = await Promise.all([...scripts].map(async (url) => (await fetch(url)).arrayBuffer()))
    const sizes = bodies.map((body) => brotliCompressSync(body).length)
    expect(sizes.length).toBeGreaterThan(0)
    expect(sizes.reduce((sum, size) => sum + size)).toBeLessThanOrEqual(15 * 1024)
  })

  it('prints an article without what only a screen needs, its code in full', async () => {
    const { page, close } = await openPage(browser, desktop)
    await page.goto(`${site.url}/posts/kitchen-sink`)
    await page.emulateMedia({ media: 'print' })
    for (const part of ['.site-nav', '.status-bar', '.page-side', '.copy-button', '.neighbours']) {
      expect(await page.locator(part).first().isVisible(), part).toBe(false)
    }
    expect(await page.locator('article').isVisible()).toBe(true)
    const cut = await page
      .locator('article pre')
      .evaluateAll((blocks) => blocks.filter((pre) => pre.scrollWidth > pre.clientWidth).length)
    expect(cut).toBe(0)
    await close()
  })

  it('gets no cookie', async () => {
    const { page } = watched
    await page.goto(`${site.url}/posts/kitchen-sink`)
    expect(await page.context().cookies()).toEqual([])
  })

  it('copies code with one press', async () => {
    const { page } = watched
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: site.url })
    await page.goto(`${site.url}/posts/kitchen-sink`)
    const block = page.locator('.code-block, figure.code, [data-code]').first()
    await block.getByRole('button', { name: /copy/i }).click()
    const read = () => page.evaluate(() => navigator.clipboard.readText())
    await expect.poll(async () => (await read()).length, { timeout: 15_000 }).toBeGreaterThan(10)
    expect(await read()).not.toMatch(/^\s*\d+\s*$/m)
  })

  it('searches while typing, without a new entry in the history for each letter', async () => {
    const { page } = watched
    await page.goto(`${site.url}/posts`)
    await page.goto(`${site.url}/search`)
    const entries = await page.evaluate(() => history.length)
    await page.keyboard.press('/')
    await page.keyboard.type('sqlit', { delay: 20 })
    await page.waitForURL(/q=sqlit$/)
    await page.locator('mark').first().waitFor()
    expect(await page.evaluate(() => history.length)).toBe(entries)
    expect(await page.evaluate(() => (document.activeElement as HTMLInputElement).value)).toBe('sqlit')
    await page.getByRole('status').filter({ hasText: /\d/ }).first().waitFor({ state: 'attached' })
  })

  it('is told what was probably meant', async () => {
    const { page } = watched
    await page.goto(`${site.url}/search?q=replicatoin`)
    await page.getByRole('link', { name: 'replication' }).first().click()
    await page.locator('mark').first().waitFor()
  })
})

describe.skipIf(browserIsMissing)('a reader without JavaScript', () => {
  beforeAll(async () => {
    ;[site, browser] = await Promise.all([startSite(), openBrowser()])
  }, 60_000)
  afterAll(async () => {
    await browser?.close()
    await site?.stop()
  })

  it('searches with the form', async () => {
    const { page, close } = await openPage(browser, { ...phone, javaScriptEnabled: false })
    await page.goto(`${site.url}/search`)
    await page.getByRole('searchbox').fill('sqlite')
    await page.keyboard.press('Enter')
    await page.waitForURL(/q=sqlite/)
    expect(await page.locator('mark').count()).toBeGreaterThan(0)
    await close()
  })

  it('reads an article with its table of contents on a phone', async () => {
    const { page, close } = await openPage(browser, { ...phone, javaScriptEnabled: false })
    await page.goto(`${site.url}/posts/kitchen-sink`)
    const contents = page.getByRole('navigation', { name: /contents/i })
    if (!(await contents.getByRole('link').first().isVisible()))
      await page
        .getByText(/contents/i)
        .first()
        .click()
    await contents.getByRole('link').nth(1).click()
    expect(new URL(page.url()).hash).not.toBe('')
    await close()
  })

  it('never scrolls sideways on a phone', async () => {
    const { page, close } = await openPage(browser, { ...phone, javaScriptEnabled: false })
    for (const [kind, path] of Object.entries(pagesOfEveryKind)) {
      await page.goto(site.url + path)
      const overflow = await page.locator('html').evaluate((html) => html.scrollWidth - html.clientWidth)
      expect(overflow, kind).toBe(0)
    }
    await close()
  })
})
