import { describe, expect, it } from 'vitest'
import { renderHtml } from './testing/render.ts'

describe('alerts', () => {
  it.each(['note', 'tip', 'important', 'warning', 'caution'])('are told by their kind: %s', async (kind) => {
    const title = kind[0]!.toUpperCase() + kind.slice(1)
    expect(await renderHtml(`> [!${kind.toUpperCase()}]\n> Text`)).toBe(
      `<div class="markdown-alert markdown-alert-${kind}" role="note">\n<p class="markdown-alert-title">${title}</p>\n<p>Text</p>\n</div>`,
    )
  })

  it.each([
    '> [!NOTE] text on the line',
    '> [!NOPE]\n> text',
    '> text\n> [!NOTE]',
    '[!NOTE]\ntext',
    '> **[!NOTE]**\n> text',
  ])('are not seen in %j', async (source) => {
    expect(await renderHtml(source)).not.toContain('markdown-alert')
  })

  it('hold any blocks', async () => {
    const html = await renderHtml('> [!NOTE]\n> - a\n>\n> ```ts\n> let b\n> ```')
    expect(html).toMatch(/markdown-alert-note.*<ul>.*<figure class="code"/s)
  })
})

describe('task lists', () => {
  it('have boxes that are labelled by their words', async () => {
    expect(await renderHtml('- [ ] a **b**\n- [x] c')).toBe(
      '<ul class="contains-task-list">\n' +
        '<li class="task-list-item"><label><input type="checkbox" disabled=""> a <strong>b</strong></label></li>\n' +
        '<li class="task-list-item"><label><input type="checkbox" checked="" disabled=""> c</label></li>\n</ul>',
    )
  })

  it('keep lists and paragraphs within an item out of the label', async () => {
    expect(await renderHtml('- [ ] a\n  - [x] b')).toMatch(/<\/label>\n<ul/)
    expect(await renderHtml('- [ ] a\n\n  b')).toMatch(/<p><label>.*<\/label><\/p>\n<p>b<\/p>/)
  })
})

describe('tables', () => {
  it('scroll in a box of their own that has a name', async () => {
    const html = await renderHtml('|a|\n|-|\n|b|\n\n<table><caption>Prices</caption><tr><td>c</td></tr></table>')
    expect(html.match(/<div class="table-scroll"[^>]*>/g)).toEqual([
      '<div class="table-scroll" tabindex="0" role="region" aria-label="Table 1">',
      '<div class="table-scroll" tabindex="0" role="region" aria-label="Prices">',
    ])
  })

  it('are aligned by classes', async () => {
    const html = await renderHtml('|a|b|c|\n|:-|:-:|-:|\n|d|e|f|')
    expect(html.match(/align-\w+/g)).toEqual(Array(2).fill(['align-left', 'align-center', 'align-right']).flat())
    expect(html).not.toContain('style')
  })
})

describe('footnotes', () => {
  it('lead there and back, each with a name', async () => {
    const html = await renderHtml('a[^x] b[^x]\n\n[^x]: note')
    expect(html).toContain(
      '<sup class="footnote"><a href="#user-content-fn-x" id="user-content-fnref-x" aria-label="Footnote 1">1</a></sup>',
    )
    expect(html).toContain('<section class="footnotes" aria-labelledby="user-content-footnote-label">')
    expect(html.match(/class="footnote-back"/g)).toHaveLength(2)
    for (const [, id] of html.matchAll(/href="#([^"]+)"/g)) expect(html).toContain(`id="${id}"`)
  })

  it('work with names in any script', async () => {
    const html = await renderHtml('a[^日本]\n\n[^日本]: note')
    for (const [, id] of html.matchAll(/href="#([^"]+)"/g)) expect(html).toContain(`id="${id}"`)
  })

  it('without a note stay text', async () => {
    expect(await renderHtml('a[^nope]')).toBe('<p>a[^nope]</p>')
  })
})
