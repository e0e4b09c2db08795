import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { browserIsMissing, desktop, openBrowser, openPage, phone } from './browser.ts'
import { pagesOfEveryKind } from './pages.ts'
import { type RunningSite, startSite } from './site.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

let site: RunningSite
let browser: Browser

describe.skipIf(browserIsMissing)('every kind of page', () => {
  beforeAll(async () => {
    ;[site, browser] = await Promise.all([startSite(), openBrowser()])
  }, 60_000)
  afterAll(async () => {
    await browser?.close()
    await site?.stop()
  })

  for (const theme of ['light', 'dark', 'contrast']) {
    for (const [width, size] of Object.entries({ phone, desktop })) {
      it(`has no accessibility violation, ${theme}, at ${width} width`, { timeout: 180_000 }, async () => {
        const violations: Record<string, string[]> = {}
        // Our policy forbids the injected script, as it should; the test page is the only one that goes around it.
        const { page, close } = await openPage(browser, { ...size, bypassCSP: true, reducedMotion: 'reduce' })
        await page.addInitScript((name) => localStorage.setItem('atoll:theme', name), theme)
        for (const [kind, path] of Object.entries(pagesOfEveryKind)) {
          await page.goto(site.url + path)
          await page.evaluate(axe)
          const { violations: found } = await page.evaluate(
            (tags) =>
              (window as unknown as { axe: { run: (options: object) => Promise<AxeResults> } }).axe.run({
                runOnly: { type: 'tag', values: tags },
              }),
            standards,
          )
          if (found.length > 0) violations[kind] = found.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)
        }
        await close()
        expect(violations).toEqual({})
      })
    }
  }
})
