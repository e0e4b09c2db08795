import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { recallCode } from './recall-code.ts'
import { samples } from './testing/code-samples.ts'
import { render, renderHtml } from './testing/render.ts'

const golden = join(import.meta.dirname, '__golden__')

describe('recallCode', () => {
  it('takes the colours of code from the page that showed it', async () => {
    const html = await renderHtml('```ts title="a.ts" {1}\nrecalled < 1 // [!code ++]\n```')
    recallCode(html.replace('recalled', '<span class="tok-regexp">recalled</span>'))
    expect(await renderHtml('```ts\nrecalled &lt; 1\n```')).not.toContain('tok-regexp')
    expect(await renderHtml('```ts\nrecalled < 1\n```')).toContain('<span class="tok-regexp">recalled</span>')
  })

  it.each(Object.keys(samples))('changes nothing about how %s looks', async (language) => {
    const source = `\`\`\`\`${language}\n${samples[language]}\n\`\`\`\``
    const html = await renderHtml(source)
    recallCode(html)
    expect(await renderHtml(source)).toBe(html)
  })

  it('changes nothing about the kitchen sink', async () => {
    const html = readFileSync(join(golden, 'kitchen-sink.html'), 'utf8')
    recallCode(html)
    const { html: again } = await render(readFileSync(join(golden, 'kitchen-sink.md'), 'utf8'), { firstLine: 10 })
    expect(again).toBe(html)
  })

  it('believes only what looks as it writes it', async () => {
    const block = (line: string) =>
      `<figure class="code" data-language="js"><pre tabindex="0"><code><span class="line" data-line="1">${line}</span></code></pre></figure>`
    for (const line of [
      '<b>doubted</b><span class="tok-type">1</span>',
      '<span class="big tok-type">doubted</span>1',
    ]) {
      recallCode(block(line))
    }
    expect(await renderHtml('```js\ndoubted1\n```')).toContain('<span class="line" data-line="1">doubted1</span>')
  })

  it('says again that no language is called so', async () => {
    const source = '```klingon\nqapla\n```'
    recallCode(await renderHtml(source))
    expect((await render(source)).problems).toMatchObject([{ code: 'unknown_language' }])
  })
})
