import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { browserIsMissing, openBrowser, openPage, type WatchedPage } from './browser.ts'
import { copyCheckout } from './checkout.ts'

/** The page that is open has to find the server again where it was. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

describe.skipIf(browserIsMissing)('npm run dev', () => {
  let folder: string
  let child: ChildProcess
  let browser: Browser
  let watched: WatchedPage
  let output: string
  let builds = 0

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'atoll-dev-'))
    copyCheckout(folder)
    browser = await openBrowser()
  }, 60_000)
  afterAll(async () => {
    await browser?.close()
    rmSync(folder, { recursive: true, force: true })
  })
  beforeEach(async () => {
    output = ''
    write('One line.')
    // In a group of its own, as a terminal has it: Ctrl-C reaches everything in it.
    child = spawn(process.execPath, [join(folder, 'apps/cli/bin/atoll.js'), 'dev'], {
      cwd: folder,
      detached: true,
      env: {
        ...process.env,
        PORT: String(await freePort()),
        HOST: '127.0.0.1',
        ATOLL_CONTENT: join(folder, 'content'),
        NODE_OPTIONS: '',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (chunk) => (output += chunk))
    watched = await openPage(browser)
    await watched.page.goto(`${await address()}/posts/note`)
  }, 60_000)
  afterEach(async () => {
    await watched?.close()
    if (groupLives()) process.kill(-child.pid!, 'SIGKILL')
  })

  function write(text: string, keys = '') {
    const posts = join(folder, 'content/posts')
    mkdirSync(posts, { recursive: true })
    writeFileSync(join(posts, 'note.md'), `---\ntitle: Note\n${keys}\n---\n\n${text}\n`)
  }

  async function address(): Promise<string> {
    for (;;) {
      const found = /serving .* at (http:\/\/\S+)/.exec(output)?.[1]
      if (found) return found.replace('localhost', '127.0.0.1')
      if (child.exitCode !== null) throw new Error(`it ended:\n${output}`)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }

  function groupLives(): boolean {
    try {
      return process.kill(-child.pid!, 0)
    } catch {
      return false
    }
  }

  it('shows an edit on the open page, without loading it again', async () => {
    const { page } = watched
    await page.evaluate(() => (document.body.dataset.before = 'yes'))
    write('Two lines.')
    await page.getByText('Two lines.').waitFor()
    expect(await page.evaluate(() => document.body.dataset.before)).toBe('yes')
  })

  it('shows what is wrong with a file on the page until it is mended', async () => {
    const { page } = watched
    write('Two lines.')
    await page.getByText('Two lines.').waitFor()
    write('Three lines.', 'published_at: yesterday')
    await page.getByText('posts/note.md:3: published_at: not a date').waitFor()
    expect(await page.getByText('Two lines.').isVisible()).toBe(true)
    write('Four lines.')
    await page.getByText('Four lines.').waitFor()
    await page.locator('.problems').waitFor({ state: 'detached' })
    expect(output.split('not a date')).toHaveLength(2)
  })

  it('builds a changed source, starts again, and shows what came of it', async () => {
    const { page } = watched
    const source = join(folder, 'apps/blog/src/import/make-post.ts')
    const text = readFileSync(source, 'utf8')
    const built = `(build ${++builds})`
    const changed = text.replace(
      /kind: 'post', tags(?:, body: .*)? \}, assets\)/,
      `kind: 'post', tags, body: file.body + ' ${built}' }, assets)`,
    )
    expect(changed).not.toBe(text)
    writeFileSync(source, changed)
    await expect.poll(() => output.match(/serving /g)?.length, { timeout: 60_000 }).toBe(2)
    write('Five lines.')
    await page.getByText(`Five lines. ${built}`).waitFor()
  }, 90_000)

  it('ends with everything it started at Ctrl-C', async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve))
    process.kill(-child.pid!, 'SIGINT')
    expect(await ended).toBe(0)
    expect(groupLives()).toBe(false)
  })
})
