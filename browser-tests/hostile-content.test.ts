import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { browserIsMissing, desktop, openBrowser, openPage } from './browser.ts'
import { type RunningSite, startSite } from './site.ts'

/** Ways in which text has become script elsewhere. Each would call `pwned`. */
const tricks = [
  '<script>pwned()</script>',
  '<img src=x onerror=pwned()>',
  '<svg onload=pwned()>',
  '<svg><script>pwned()</script></svg>',
  '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=pwned()&gt;">',
  '<iframe srcdoc="<script>parent.pwned()</script>"></iframe>',
  '<iframe src="javascript:parent.pwned()"></iframe>',
  '<object data="javascript:pwned()"></object>',
  '<embed src="javascript:pwned()">',
  '<a href="javascript:pwned()" id="go">go</a>',
  '[go](javascript:pwned())',
  '[go](JaVaScRiPt:pwned())',
  '[go](&#106;avascript:pwned())',
  '<a href=" &#14; javascript:pwned()">go</a>',
  '<a href="data:text/html,<script>opener.pwned()</script>">go</a>',
  '![x](x" onerror="pwned())',
  '<details open ontoggle=pwned()>',
  '<video><source onerror=pwned()></video>',
  '<form action="javascript:pwned()"><button>go</button></form>',
  '<input autofocus onfocus=pwned()>',
  '<body onload=pwned()>',
  '<style>@import "javascript:pwned()";</style>',
  '<div style="background:url(javascript:pwned())">x</div>',
  '<base href="javascript:pwned()//">',
  '<meta http-equiv="refresh" content="0;url=javascript:pwned()">',
  '<link rel="stylesheet" href="javascript:pwned()">',
  '<img src="x` `<script>pwned()</script>"` `>',
  '<noscript><p title="</noscript><img src=x onerror=pwned()>">',
  '<template><script>pwned()</script></template>',
  '`<script>pwned()</script>`',
  '```html\n<script>pwned()</script>\n```',
  '```"><script>pwned()</script>\ncode\n```',
  '$\\href{javascript:pwned()}{x}$',
  '$\\unicode{<img src=x onerror=pwned()>}$',
  '[^x"><script>pwned()</script>]: note',
  '# <img src=x onerror=pwned()> {#"onclick="pwned()}',
  '<a name="getElementById"></a><img name="body"><form name="cookie"></form>',
]

let folder: string
let site: RunningSite
let browser: Browser

describe.skipIf(browserIsMissing)('hostile content', () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'atoll-hostile-'))
    for (const kind of ['posts', 'pages', 'projects', 'assets']) mkdirSync(join(folder, kind))
    const evil = `"><script>pwned()</script><img src=x onerror=pwned()>`
    const quoted = JSON.stringify(evil)
    tricks.forEach((trick, index) => {
      const description = JSON.stringify(`${evil} ${trick}`)
      writeFileSync(
        join(folder, 'posts', `${index}.md`),
        `---\ntitle: ${quoted}\nslug: trick-${index}\ndescription: ${description}\ntags: [${quoted}]\nseries: ${quoted}\n---\n\nbefore\n\n${trick}\n\nafter ![d](../assets/drawing.svg)\n`,
      )
    })
    writeFileSync(
      join(folder, 'site.yaml'),
      `title: ${quoted}\ndescription: ${quoted}\ntaglines: [${quoted}]\nauthor: { name: ${quoted} }\nnavigation: [{ label: ${quoted}, href: "javascript:pwned()" }]\n`,
    )
    writeFileSync(
      join(folder, 'projects', 'p.yaml'),
      `projects:\n  - { name: ${quoted}, url: "javascript:pwned()", description: ${quoted}, tags: [${quoted}] }\n`,
    )
    writeFileSync(
      join(folder, 'assets', 'drawing.svg'),
      '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10" onload="pwned()"><script>pwned()</script><rect width="9" height="9"/></svg>',
    )
    ;[site, browser] = await Promise.all([startSite(folder), openBrowser()])
  }, 60_000)
  afterAll(async () => {
    await browser?.close()
    await site?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  it('never runs in a real browser, and never even reaches the policy', { timeout: 120_000 }, async () => {
    const { page, close } = await openPage(browser, desktop)
    const calls: string[] = []
    await page.exposeFunction('pwned', () => calls.push(page.url()))
    const blocked: string[] = []
    page.on('console', (message) => message.text().includes('CSP') && blocked.push(`${page.url()}: ${message.text()}`))
    const paths = ['/', '/posts', '/projects', '/tags', '/search?q=script', '/archive', '/series']
    for (const path of [...paths, ...tricks.map((_, index) => `/posts/trick-${index}`)]) {
      await page.goto(site.url + path, { waitUntil: 'load' })
      for (const link of await page.locator('main a').all()) {
        // Without an address, as the sanitiser leaves a hostile one, a link has no protocol either.
        const protocol = await link.evaluate((a) =>
          a.hasAttribute('href') ? (a as HTMLAnchorElement).protocol : 'none',
        )
        expect(protocol, path).toMatch(/^(https?:|mailto:|none)$/)
      }
    }
    expect(calls).toEqual([])
    expect(blocked.filter((line) => !line.includes('img-src'))).toEqual([])
    await close()
  })

  it('cannot run from an SVG opened by itself', async () => {
    const { page, close } = await openPage(browser, desktop)
    await page.goto(`${site.url}/posts/trick-0`)
    const address = await page.locator('main img[src*=".svg"]').first().getAttribute('src')
    const calls: string[] = []
    await page.exposeFunction('pwned', () => calls.push('called'))
    await page.goto(new URL(address!, site.url).href)
    expect(calls).toEqual([])
    expect(await page.content()).not.toContain('pwned')
    await close()
  })
})
