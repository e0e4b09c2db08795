import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { browserIsMissing, desktop, openBrowser, openPage, phone } from './browser.ts'
import { type RunningSite, startSite } from './site.ts'

const word = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft'

let folder: string
let site: RunningSite
let browser: Browser

describe.skipIf(browserIsMissing)('extreme content on a phone', () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'atoll-extremes-'))
    for (const kind of ['posts', 'pages', 'projects', 'assets']) mkdirSync(join(folder, kind))
    writeContent()
    ;[site, browser] = await Promise.all([startSite(folder), openBrowser()])
  }, 60_000)

  afterAll(async () => {
    await browser?.close()
    await site?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  it('never scrolls sideways, however long the words are', async () => {
    await onPhone(async (page) => {
      const tag = `/tags/${word.toLowerCase()}`
      const paths = ['/posts/words', '/posts/next', '/posts', `/posts?q=${word}`, '/projects', '/tags', tag]
      paths.push('/archive', '/archive/2026', '/series', '/series/words', `/search?q=${word}`, `/search?q=x${word}`)
      for (const path of [...paths, '/words', `/${word}`, '/']) {
        await page.goto(site.url + path)
        const overflow = await page.locator('html').evaluate((html) => html.scrollWidth - html.clientWidth)
        expect(overflow, path).toBe(0)
      }
    })
  })

  it('scrolls a wide table by itself, with its words whole', async () => {
    await onPhone(async (page) => {
      await page.goto(`${site.url}/posts/words`)
      const table = page.locator('.table-scroll')
      expect(await table.evaluate((frame) => frame.scrollWidth > frame.clientWidth)).toBe(true)
      const cell = table.locator('td').first()
      expect(
        await cell.evaluate((td) => td.clientHeight < 2 * Number.parseFloat(getComputedStyle(td).lineHeight)),
      ).toBe(true)
    })
  })

  it('shows a part of a tall picture in a list, and all of it in the post', async () => {
    await onPhone(async (page) => {
      const heightOn = async (path: string) => {
        await page.goto(site.url + path)
        return (await page.locator('img').first().boundingBox())!.height
      }
      expect(await heightOn('/posts')).toBeLessThan(phone.viewport.height / 2)
      expect(await heightOn('/posts/tall')).toBeGreaterThan(phone.viewport.height)
    })
  })

  it('keeps the columns of a matrix apart', async () => {
    await onPhone(async (page) => {
      await page.goto(`${site.url}/posts/tall`)
      const padding = await page
        .locator('mtd')
        .first()
        .evaluate((cell) => getComputedStyle(cell).paddingInlineEnd)
      expect(Number.parseFloat(padding)).toBeGreaterThan(2)
    })
  })

  it('sets a paragraph in Arabic from the right, among others from the left', async () => {
    await onPhone(async (page) => {
      await page.goto(`${site.url}/posts/tall`)
      const rightOf = (name: string) =>
        page.locator(`.prose > p:has-text("${name}")`).evaluate((paragraph) => {
          const range = document.createRange()
          range.selectNodeContents(paragraph)
          return paragraph.getBoundingClientRect().right - range.getBoundingClientRect().right
        })
      expect(await rightOf('Salam')).toBeGreaterThan(10)
      expect(await rightOf('سلام')).toBeLessThan(1)
    })
  })

  it('has the marks of a list, and the bar of a quotation, on the side where its words begin', async () => {
    for (const size of [phone, desktop]) {
      const { page, close } = await openPage(browser, size)
      for (const path of ['/posts/arabic', '/posts/tall']) {
        await page.goto(site.url + path)
        const room = await page.locator('.prose :is(ul, ol, blockquote)').evaluateAll((blocks) =>
          blocks.map((block) => {
            const { direction, paddingRight, paddingLeft } = getComputedStyle(block)
            return [direction, Number.parseFloat(paddingRight) > Number.parseFloat(paddingLeft)]
          }),
        )
        expect(room).toEqual([
          ['rtl', true],
          ['rtl', true],
          ['rtl', true],
          ['ltr', false],
        ])
      }
      await close()
    }
  })

  it('has the signs of headings in the margin where they begin', async () => {
    const { page, close } = await openPage(browser, desktop)
    await page.goto(`${site.url}/posts/arabic`)
    const marginOf = (heading: string) =>
      page.locator(heading).evaluate((element) => {
        const { direction } = getComputedStyle(element)
        const { marginLeft, marginRight } = getComputedStyle(element, '::before')
        return [direction, Number.parseFloat(marginLeft) < 0, Number.parseFloat(marginRight) < 0]
      })
    expect(await marginOf('h1')).toEqual(['rtl', false, true])
    expect(await marginOf('h2:has-text("سلام")')).toEqual(['rtl', false, true])
    expect(await marginOf('.prose h2:has-text("Salam")')).toEqual(['ltr', true, false])
    await close()
  })

  it('does not move what comes after a film when it is known what the film is like', async () => {
    await onPhone(async (page) => {
      await page.goto(`${site.url}/posts/film`)
      const film = page.locator('video')
      const shape = () => film.evaluate((video) => [video.clientWidth, video.clientHeight])
      const before = await shape()
      expect(before[0]).toBeGreaterThan(300)
      await film.evaluate(async (video: HTMLVideoElement) => {
        const canvas = Object.assign(document.createElement('canvas'), { width: 90, height: 160 })
        canvas.getContext('2d')!.fillRect(0, 0, 90, 160)
        video.srcObject = canvas.captureStream(10)
        await new Promise((resolve) => video.addEventListener('loadedmetadata', resolve, { once: true }))
      })
      expect(await film.evaluate((video: HTMLVideoElement) => video.videoHeight)).toBe(160)
      expect(await shape()).toEqual(before)
    })
  })

  it('keeps the copy button off a long file name', async () => {
    await onPhone(async (page) => {
      await page.goto(`${site.url}/posts/tall`)
      const title = page.locator('.code-title')
      const right = await title.evaluate((caption) => {
        const range = document.createRange()
        range.selectNodeContents(caption)
        return range.getBoundingClientRect().right
      })
      expect((await page.locator('.copy-button').boundingBox())!.x).toBeGreaterThanOrEqual(right)
    })
  })
})

async function onPhone(look: (page: Page) => Promise<void>): Promise<void> {
  const { page, close } = await openPage(browser, phone)
  await look(page)
  await close()
}

function writeContent(): void {
  const write = (path: string, text: string) => writeFileSync(join(folder, path), text)
  const columns = Array.from({ length: 12 }, (_, index) => `heading${index}`).join(' | ')
  const arabic = '- سلام\n\n1. سلام\n\n> سلام\n\n<!-- -->\n\n- Salam'
  const levels = Array.from({ length: 12 }, (_, level) => `${'  '.repeat(level)}- level ${level}`).join('\n')
  write(
    'posts/words.md',
    `---\ntitle: ${word}\nslug: words\npublished_at: 2026-01-01\ntags: [${word}]\nseries: { name: Words, part: 1 }\n---\n\n${word}${word}\n\n## ${word}\n\n- ${word}\n\n> ${word}\n\n\`${word}\`\n\n${levels}\n\nx[^1]\n\n[^1]: ${word}\n\n|${columns}|\n${'|-'.repeat(12)}|\n|${columns}|\n`,
  )
  write(
    'posts/next.md',
    `---\ntitle: Next to it\nslug: next\npublished_at: 2026-01-02\ntags: [${word}]\nseries: { name: Words, part: 2 }\n---\n\ntext\n`,
  )
  write(
    'posts/tall.md',
    `---\ntitle: A tower\nslug: tall\npublished_at: 2026-01-03\n---\n\n![A tower](../assets/tower.svg)\n\nSalam.\n\nسلام.\n\n${arabic}\n\n$$\n\\begin{pmatrix} a & b \\\\ c & d \\end{pmatrix}\n$$\n\n\`\`\`ts title="src/a/folder/in/a/folder/with-a-file-of-a-long-name.ts"\nlet x\n\`\`\`\n`,
  )
  write(
    'posts/arabic.md',
    `---\ntitle: سلام\nslug: arabic\npublished_at: 2026-01-04\n---\n\nسلام\n\n## سلام\n\n## Salam\n\n${arabic}\n`,
  )
  write('posts/film.md', '---\ntitle: Film\nslug: film\n---\n\n![A film](../assets/film.mp4)\n\nAfter it.\n')
  write('assets/film.mp4', '')
  write('pages/words.md', `---\ntitle: ${word}\n---\n\n${word}\n`)
  write(
    'projects/p.yaml',
    `projects:\n  - { name: ${word}, url: "https://example.org", description: ${word}, tags: [${word}] }\n`,
  )
  write('site.yaml', `title: ${word}\nintroduction: ${word}\n`)
  write(
    'assets/tower.svg',
    '<svg xmlns="http://www.w3.org/2000/svg" width="600" height="3000"><path fill="#246" d="M0 0h600v3000H0z"/></svg>',
  )
}
