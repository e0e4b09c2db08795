import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { renderDescription } from './index.ts'
import { render, renderHtml } from './testing/render.ts'

const golden = join(import.meta.dirname, '__golden__')

describe('renderMarkdown', () => {
  it('renders the kitchen sink as agreed', async () => {
    const { html, ...rest } = await render(readFileSync(join(golden, 'kitchen-sink.md'), 'utf8'), { firstLine: 10 })
    await expect(html).toMatchFileSnapshot(join(golden, 'kitchen-sink.html'))
    await expect(`${JSON.stringify(rest, null, 2)}\n`).toMatchFileSnapshot(join(golden, 'kitchen-sink.json'))
  })

  it('renders the same each time, whatever was rendered before', async () => {
    const source = '```md\n# a\n```ts\nconst a = 1\n```'
    const first = await renderHtml(source)
    await renderHtml('```ts\nconst a = 1\n```\n\n```html\n<b>\n```')
    expect(await renderHtml(source)).toBe(first)
  })

  it('renders nothing for an empty body', async () => {
    const { html, text, excerptHtml, words, readingMinutes, headings } = await render('')
    expect({ html, text, excerptHtml, words, headings }).toEqual({
      html: '',
      text: '',
      excerptHtml: '',
      words: 0,
      headings: [],
    })
    expect(readingMinutes).toBe(1)
  })

  it('underlines __this__ as the original did, and makes **this** strong', async () => {
    expect(await renderHtml('__a__ **b** ***c*** ___d___ **__e__** __**f**__')).toBe(
      '<p><u>a</u> <strong>b</strong> <em><strong>c</strong></em> <em><u>d</u></em> ' +
        '<strong><u>e</u></strong> <u><strong>f</strong></u></p>',
    )
  })

  it('underlines beside emoji, in tables and in posts with raw HTML too', async () => {
    expect(await renderHtml('👋🏽 __a__')).toBe('<p>👋🏽 <u>a</u></p>')
    expect(await renderHtml('| __a__ |\n|-|\n| **b** |')).toMatch(/<u>a<\/u>[\s\S]*<strong>b<\/strong>/)
    expect(await renderHtml('__a__ <kbd>x</kbd> **b**')).toBe('<p><u>a</u> <kbd>x</kbd> <strong>b</strong></p>')
  })

  it('reads CRLF like LF, and the null character as a replacement character', async () => {
    expect(await renderHtml('a\r\nb\r\n\r\n- c\r\n')).toBe(await renderHtml('a\nb\n\n- c\n'))
    expect(await renderHtml('a\0b')).toBe('<p>a\u{fffd}b</p>')
  })

  it('names GitHub’s emoji, and leaves names alone in code and when there is no such emoji', async () => {
    expect(await renderHtml(':tada: `:tada:` :nope: :+1:')).toBe('<p>🎉 <code>:tada:</code> :nope: 👍</p>')
    expect(await renderHtml(':constructor: 10:30:45')).toBe('<p>:constructor: 10:30:45</p>')
  })

  it('curls quotes and dashes outside of code', async () => {
    expect(await renderHtml('"a" it\'s -- b --- c... `"a" --`')).toBe('<p>“a” it’s – b — c… <code>"a" --</code></p>')
  })

  it('counts problems’ lines from the first line of the file', async () => {
    const { problems } = await render('one\n\n![](../assets/nope.png)\n\n<b onclick="x">y</b>\n\n```nope\n```\n', {
      firstLine: 8,
    })
    expect(problems.map(({ code, line }) => [code, line])).toEqual([
      ['missing_alt', 10],
      ['missing_asset', 10],
      ['html_removed', 12],
      ['unknown_language', 14],
    ])
  })

  it('finds the lines of links and images that are written as HTML', async () => {
    const { links, problems } = await render(
      'a\n\n<p>\n<b>x</b>\n<a href="/one">x</a>\n<img src="x.png">\n</p>\n\n[b](/two)',
    )
    expect(links).toEqual([
      { href: '/one', line: 5 },
      { href: '/two', line: 9 },
    ])
    expect(problems.map(({ line }) => line)).toEqual([6])
  })

  it('refuses a body that is nested too deeply, and survives it', async () => {
    for (const source of ['>'.repeat(5000), `${'- '.repeat(2000)}a`, '<div>'.repeat(5000), '<b><i>'.repeat(2000)]) {
      const { html, problems } = await render(source)
      expect(problems).toMatchObject([{ code: 'too_deep', severity: 'error' }])
      expect(html).toBe('')
    }
  })
})

describe('renderDescription', () => {
  it('renders Markdown for lists, without ids, and plain text in one line', async () => {
    const { html, text } = await renderDescription('A **bold** claim.[^1]\n\n## And *more*\n\n[^1]: note')
    expect(html).not.toContain('id=')
    expect(html).toContain('<p>A <strong>bold</strong> claim.</p>')
    expect(text).toBe('A bold claim. And more')
  })

  it('says where its links lead and what is wrong', async () => {
    const { links, problems } = await renderDescription('[a](/b) ![](../assets/x.png)', { firstLine: 3 })
    expect(links).toEqual([{ href: '/b', line: 3 }])
    expect(problems.map(({ code }) => code)).toEqual(['missing_alt', 'missing_asset'])
  })
})
