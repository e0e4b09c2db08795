import { describe, expect, it } from 'vitest'
import { toPortableHtml } from './portable-html.ts'

const base = 'https://tide.example/posts/hello'
const portable = (html: string) => toPortableHtml(html, base)

describe('toPortableHtml', () => {
  it.each([
    ['<a href="/posts/b">b</a>', '<a href="https://tide.example/posts/b">b</a>'],
    ['<a href="other#part">b</a>', '<a href="https://tide.example/posts/other#part">b</a>'],
    ['<a href="//cdn.example/x">b</a>', '<a href="https://cdn.example/x">b</a>'],
    ['<img src="/assets/1/a.webp" alt="a">', '<img src="https://tide.example/assets/1/a.webp" alt="a">'],
    [
      '<img srcset="/a,b.webp 1x, /c.webp 2x" alt="">',
      '<img srcset="https://tide.example/a,b.webp 1x, https://tide.example/c.webp 2x" alt="">',
    ],
    [
      '<picture><source srcset="/a.webp 2x"></picture>',
      '<picture><source srcset="https://tide.example/a.webp 2x"></picture>',
    ],
    [
      '<video poster="p.png" src="v.mp4"></video>',
      '<video poster="https://tide.example/posts/p.png" src="https://tide.example/posts/v.mp4"></video>',
    ],
    ['<blockquote cite="/q"><p>q</p></blockquote>', '<blockquote cite="https://tide.example/q"><p>q</p></blockquote>'],
  ])('makes %s absolute', (html, expected) => {
    expect(portable(html)).toBe(expected)
  })

  it('lets footnotes lead to the page they belong to', () => {
    expect(portable('<a href="#fn-1">1</a>')).toBe('<a href="https://tide.example/posts/hello#fn-1">1</a>')
  })

  it.each(['https://elsewhere.example/a?b=1&#x26;c=%20', 'mailto:ana@tide.example', 'data:image/gif;base64,R0lGOD'])(
    'leaves %s as it is',
    (url) => {
      expect(portable(`<a href="${url}">x</a>`)).toBe(`<a href="${url}">x</a>`)
    },
  )

  it('does not touch addresses in text and code', () => {
    const html = '<pre><code>&#x3C;img src="/a.png"> href="/b"</code></pre><p>src="/c"</p>'
    expect(portable(html)).toBe(html)
  })

  it('leaves out buttons and the links of headings to themselves', () => {
    expect(portable('<h2 id="a">A <a class="anchor" href="#a">#</a></h2><div><button>Copy</button>x</div>')).toBe(
      '<h2 id="a">A </h2><div>x</div>',
    )
  })

  it('takes the link out of headings that lead to themselves', () => {
    expect(portable('<h2 id="a"><a class="heading-link" href="#a">A <em>b</em></a></h2>')).toBe(
      '<h2 id="a">A <em>b</em></h2>',
    )
  })

  it('leaves the colours out of code', () => {
    const line = (number: number, code: string) => `<span class="line" data-line="${number}">${code}</span>`
    const code = `${line(1, '<span class="tok-keyword">if</span> (a &lt; b)')}\n${line(2, '')}\n${line(3, '  c()')}`
    expect(portable(`<pre tabindex="0"><code>${code}</code></pre>`)).toBe(
      '<pre tabindex="0"><code>if (a &#x3C; b)\n\n  c()</code></pre>',
    )
  })

  it('writes the signs of a diff, which are drawn by styles', () => {
    const code =
      '<span class="line">a</span>\n<span class="line" data-mark="-">b</span>\n<span class="line" data-mark="+">c</span>'
    expect(portable(`<pre><code>${code}</code></pre>`)).toBe('<pre><code> a\n-b\n+c</code></pre>')
  })

  it('says whether a task is done without a form control', () => {
    expect(
      portable('<li><input type="checkbox" disabled checked> a</li><li><input type="checkbox" disabled> b</li>'),
    ).toBe('<li>☑ a</li><li>☐ b</li>')
  })

  it('keeps formulas', () => {
    const html = '<math display="block"><mfrac><mi>a</mi><mi>b</mi></mfrac></math>'
    expect(portable(html)).toBe(html)
  })
})
