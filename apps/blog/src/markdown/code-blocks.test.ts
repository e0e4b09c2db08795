import { describe, expect, it } from 'vitest'
import { render, renderHtml } from './testing/render.ts'

const linesOf = (html: string) =>
  [...html.matchAll(/<span class="(line[^"]*)" data-line="(\d+)"/g)].map(([, name, number]) => `${number} ${name}`)

describe('code blocks', () => {
  it('are coloured by classes, with each line numbered', async () => {
    expect(await renderHtml('```ts\nconst a = 1 // b\n\n```')).toBe(
      '<figure class="code" data-language="ts"><pre tabindex="0" role="region" aria-label="Code 1: ts"><code>' +
        '<span class="line" data-line="1"><span class="tok-keyword">const</span> a <span class="tok-operator">=</span> ' +
        '<span class="tok-number">1</span> <span class="tok-comment">// b</span></span>\n' +
        '<span class="line" data-line="2"></span></code></pre></figure>',
    )
  })

  it('take their language by any of its names, in any case', async () => {
    for (const name of ['ts', 'TypeScript', 'typescript', 'TS']) {
      expect(await renderHtml(`\`\`\`${name}\nconst a = 1\n\`\`\``)).toContain('tok-keyword')
    }
    expect(await renderHtml('```c++\nint a;\n```')).toContain('tok-')
    expect(await renderHtml('```c#\nint a;\n```')).toContain('tok-')
  })

  it('stay plain in a language nobody knows, with a warning', async () => {
    const { html, problems } = await render('a\n\n```klingon\nqapla <b>\n```')
    expect(html).toContain('<span class="line" data-line="1">qapla &lt;b&gt;</span>')
    expect(problems).toEqual([
      { line: 3, severity: 'warning', code: 'unknown_language', message: 'no language is called "klingon"' },
    ])
  })

  it('do not load what is not the name of a language', async () => {
    for (const name of ['../shiki', './ts', 'constructor', '__proto__', 'package.json', 'a/b', '%2e%2e']) {
      const { problems } = await render(`\`\`\`${name}\nx\n\`\`\``)
      expect(problems, name).toMatchObject([{ code: 'unknown_language' }])
    }
  })

  it('stay plain without a word when they are said to be text, or nothing is said', async () => {
    for (const name of ['', 'text', 'txt', 'plaintext', 'none']) {
      const { html, problems } = await render(`\`\`\`${name}\n<a> & b\n\`\`\``)
      expect(html).toContain('>&lt;a&gt; &amp; b</span>')
      expect(problems).toEqual([])
    }
    expect(await renderHtml('    indented')).toContain('<figure class="code">')
  })

  it('show a file name, however it is written', async () => {
    for (const meta of [
      'title="a b.ts"',
      "title='a b.ts'",
      'filename="a b.ts"',
      '{1} title="a b.ts"',
      'x title="a b.ts" y',
    ]) {
      expect(await renderHtml(`\`\`\`ts ${meta}\nx\n\`\`\``)).toContain(
        '<figcaption class="code-title">a b.ts</figcaption>',
      )
    }
    expect(await renderHtml('```ts title=a.ts\nx\n```')).toContain('aria-label="Code 1: a.ts"')
    expect(await renderHtml('```ts subtitle="x"\nx\n```')).not.toContain('figcaption')
  })

  it('highlight the lines that are named', async () => {
    for (const first of ['ts {1,3-4}', 'ts{1,3-4}', 'ts title="{2}" { 1, 3 - 4 }']) {
      expect(linesOf(await renderHtml(`\`\`\`${first}\na\nb\nc\nd\n\`\`\``)), first).toEqual([
        '1 line highlighted',
        '2 line',
        '3 line highlighted',
        '4 line highlighted',
      ])
    }
    expect(linesOf(await renderHtml('```{2}\na\nb\n```'))).toEqual(['1 line', '2 line highlighted'])
  })

  it('survive nonsense in the braces', async () => {
    for (const lines of ['0', '9-1', '1-', '-', ',', '1-999999999999', '99999999999999999999', 'a']) {
      expect(await renderHtml(`\`\`\`ts {${lines}}\na\n\`\`\``)).toContain('data-line="1"')
    }
  })

  it('mark lines by comments, which disappear, in the language’s own way to write them', async () => {
    const html = await renderHtml(
      '```text\na // [!code ++]\nb # [!code --]\nc <!-- [!code highlight] -->\nd /* [!code focus] */\n-- [!code error]\nf; ; [!code warning]\ng // [!code what]\n```',
    )
    expect(linesOf(html)).toEqual([
      '1 line inserted',
      '2 line deleted',
      '3 line highlighted',
      '4 line focused',
      '5 line error',
      '6 line warning',
      '7 line',
    ])
    expect(html.match(/data-mark="."/g)).toEqual(['data-mark="+"', 'data-mark="-"', 'data-mark="!"', 'data-mark="!"'])
    expect(html.match(/!code \w+/g)).toEqual(['!code what'])
  })

  it('mark what a diff adds and removes, whose signs are in the text', async () => {
    const html = await renderHtml('```diff\n--- a\n+++ b\n-c\n+d\n e\n```')
    expect(linesOf(html)).toEqual(['1 line', '2 line', '3 line deleted', '4 line inserted', '5 line'])
    expect(html).not.toContain('data-mark')
  })

  it('keep emoji and what is beyond the first plane whole', async () => {
    for (const language of ['ts', 'rust', 'python', 'css', 'text']) {
      const { html, text } = await render(`\`\`\`${language}\nlet 𝒳 = '👩‍👩‍👧‍👦' // 𠮷\n\`\`\``)
      expect(html.isWellFormed(), language).toBe(true)
      expect(text).toContain("let 𝒳 = '👩‍👩‍👧‍👦' // 𠮷")
    }
  })

  it('leave lines of machines plain instead of taking minutes', async () => {
    const line = `const a = "${'x('.repeat(5000)}"`
    expect(await renderHtml(`\`\`\`ts\nconst b = 1\n${line}\nconst c = 2\n\`\`\``)).toContain(
      `>${line.replaceAll('"', '"')}</span>`,
    )
  })

  it('are coloured too when they are written as HTML', async () => {
    expect(await renderHtml('<pre><code class="language-ts">const a = 1</code></pre>')).toContain('tok-keyword')
    expect(await renderHtml('<pre>just <b>text</b></pre>')).toBe('<pre>just <b>text</b></pre>')
  })

  it('keep their title and lines in a post with raw HTML', async () => {
    const html = await renderHtml('<kbd>x</kbd>\n\n```ts {1} title="a.ts"\nconst a = "<b>"\n```')
    expect(html).toContain('<figcaption class="code-title">a.ts</figcaption>')
    expect(html).toContain('class="line highlighted"')
  })

  it('can all be told apart by name', async () => {
    const html = await renderHtml('```ts\na\n```\n\n```ts\nb\n```')
    expect(html.match(/aria-label="[^"]*"/g)).toEqual(['aria-label="Code 1: ts"', 'aria-label="Code 2: ts"'])
  })
})
