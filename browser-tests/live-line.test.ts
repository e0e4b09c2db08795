import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { freePort } from '../bench/atoll.ts'
import { browserIsMissing, desktop, openBrowser, openPage, type WatchedPage } from './browser.ts'
import { type LiveSite, longRead, startLiveSite } from './live-site.ts'

let site: LiveSite
let browser: Browser
let watched: WatchedPage
let page: Page

function edit(slug: string, text: string): void {
  site.write(slug, longRead('The long read', text, slug))
}

describe.skipIf(browserIsMissing)('the line of an open page', () => {
  beforeAll(async () => {
    const port = String(await freePort())
    ;[site, browser] = await Promise.all([startLiveSite({ PORT: port }), openBrowser({ keepsPages: true })])
  }, 60_000)
  afterAll(async () => {
    await browser?.close()
    await site?.stop()
  })
  beforeEach(async () => {
    watched = await openPage(browser, desktop)
    page = watched.page
  })
  afterEach(async () => {
    await watched.close()
    await site.resume()
  })

  it('goes by events where sockets are blocked, and speaks over them too', async () => {
    const slug = await site.publish()
    await page.routeWebSocket('**/live', (socket) => void socket.close())
    const said = page.waitForResponse('**/live/say')
    await page.goto(`${site.url}/posts/${slug}`)
    await said
    edit(slug, 'It came by events.')
    await page.getByText('It came by events.').waitFor()
    await page.getByRole('button', { name: /^🤔/ }).click()
    await page.getByRole('button', { name: /^🤔 1/ }).waitFor()
    await page.locator('.status-here').filter({ hasText: 'here' }).waitFor()
    expect(watched.complaints).toEqual([])
  })

  it('is not in the way of the page that comes back from the history', async () => {
    const slug = await site.publish()
    await page.goto(`${site.url}/posts/${slug}`)
    await page.evaluate(() => {
      addEventListener('pageshow', (event) => {
        document.documentElement.dataset.back = String(event.persisted)
      })
    })
    await page.goto(`${site.url}/health`)
    edit(slug, 'It changed meanwhile.')
    await page.evaluate(() => history.back())
    await page.locator('html[data-back]').getByText('It changed meanwhile.').waitFor()
    expect(await page.locator('html').getAttribute('data-back')).toBe('true')
    // The plain text of /health names no icon, so the browser may ask for one.
    expect(watched.complaints.filter((line) => !/404/.test(line))).toEqual([])
  })

  it('is found again after the server was away, with what was missed', { timeout: 60_000 }, async () => {
    const slug = await site.publish()
    await page.goto(`${site.url}/posts/${slug}`)
    await page.evaluate(() => {
      ;(window as unknown as { mark: number }).mark = 1
    })
    await site.pause()
    await page.getByText(/^Offline/).waitFor()
    edit(slug, 'It changed while nobody listened.')
    await site.resume()
    await page.getByText('It changed while nobody listened.').waitFor()
    await page.getByText(/^Offline/).waitFor({ state: 'detached' })
    expect(await page.evaluate(() => (window as unknown as { mark: number }).mark)).toBe(1)
    // What the browser says of a server that is not there.
    expect(watched.complaints.filter((line) => !/ERR_|WebSocket|net::|503/.test(line))).toEqual([])
  })
})

describe.skipIf(browserIsMissing)('somebody who writes', () => {
  beforeAll(async () => {
    ;[site, browser] = await Promise.all([startLiveSite({ ATOLL_DEV_CHILD: '1' }), openBrowser()])
  }, 60_000)
  afterAll(async () => {
    await browser?.close()
    await site?.stop()
  })
  beforeEach(async () => {
    watched = await openPage(browser, desktop)
    page = watched.page
  })
  afterEach(() => watched.close())

  it('sees each edit at once, and on the page what is wrong with it', async () => {
    const slug = await site.publish()
    const problem = page.getByRole('region', { name: 'Problems in the content' }).getByText(`${slug}.md`)
    await page.goto(`${site.url}/posts/${slug}`)
    edit(slug, 'First.')
    await page.getByText('First.').waitFor()
    site.write(slug, longRead('The long read', 'Second.', slug).replace('2026-01-01T00:00:00Z', 'someday'))
    await problem.waitFor()
    edit(slug, 'Third.')
    await page.getByText('Third.').waitFor()
    await problem.waitFor({ state: 'detached' })
    expect(watched.complaints).toEqual([])
  })
})
