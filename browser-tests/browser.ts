import { existsSync } from 'node:fs'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'

const executablePath = [process.env.CHROME_PATH, '/usr/bin/chromium', '/usr/bin/google-chrome'].find(
  (path) => path && existsSync(path),
)

/** Why the browser tests cannot run here, or nothing. In CI a missing browser is a failure, not a reason. */
export const browserIsMissing =
  !executablePath && !process.env.ATOLL_TEST_EVERYTHING
    ? 'no Chromium found: install it (Debian: apt-get install chromium) or name it in CHROME_PATH'
    : undefined

if (browserIsMissing) console.warn(`skipping the browser tests: ${browserIsMissing}`)

/** `keepsPages`: as readers' browsers do, pages stay in memory for the way back. */
export async function openBrowser({ keepsPages = false } = {}): Promise<Browser> {
  if (!executablePath) throw new Error('no Chromium found; CI installs it')
  return chromium.launch({
    executablePath,
    ignoreDefaultArgs: keepsPages ? ['--disable-back-forward-cache'] : [],
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}

export interface WatchedPage {
  page: Page
  /** Everything the browser complained about: console errors, exceptions, CSP reports. */
  complaints: string[]
  close(): Promise<void>
}

/** A page in a context of its own that remembers what went wrong on it. */
export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const context = await browser.newContext(options)
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || /Content Security Policy/.test(message.text())) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      console.error(`CSP: ${event.violatedDirective} blocked ${event.blockedURI || 'inline'} ${event.sample}`)
    })
  })
  return { page, complaints, close: () => context.close() }
}

export const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 }
export const desktop = { viewport: { width: 1280, height: 900 } }
