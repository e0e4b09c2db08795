import { describe, expect, it } from 'vitest'
import { slugify } from './headings.ts'
import { render, renderHtml } from './testing/render.ts'

describe('slugify', () => {
  it.each([
    ['Hello World', 'hello-world'],
    ['C++ & Rust', 'c-rust'],
    ['  spaces   and\ttabs ', 'spaces-and-tabs'],
    ['a - b', 'a---b'],
    ['Café déjà vu', 'cafe-deja-vu'],
    ['What’s new?', 'whats-new'],
    ['snake_case', 'snakecase'],
    ['1. First', '1-first'],
    ['-dashed-', 'dashed'],
    ['日本語の見出し', '日本語の見出し'],
    ['ガイド', 'ガイド'],
    ['हिन्दी', 'हिन्दी'],
    ['Привет, мир', 'привет-мир'],
    ['Ελλάδα', 'ελλάδα'],
    ['Zażółć gęślą', 'zazołc-gesla'],
    ['🎉', ''],
    ['???', ''],
  ])('makes %j into %j', (title, slug) => {
    expect(slugify(title)).toBe(slug)
  })
})

describe('headings', () => {
  it('without words are left out, unless they show a picture', async () => {
    const { html, headings } = await render('## \n\n# &nbsp;\n\n> ##\n\n## ![A boat](boat.png)\n\n## Words\n')
    expect(html.match(/<h2/g)).toHaveLength(2)
    expect(html).not.toContain('<h1')
    expect(headings.at(-1)).toMatchObject({ text: 'Words' })
  })

  it('have ids that nothing else in the post has', async () => {
    const { headings, ids } = await render('## A\n\n## A\n\n## A 1\n\n## 🎉\n\n## !\n\n## A')
    expect(headings.map(({ id }) => id)).toEqual(['a', 'a-1', 'a-1-1', 'section', 'section-1', 'a-2'])
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('go down a level when the body has one of the first, so that the title stays the only one', async () => {
    const { html, headings } = await render('# One\n\n## Two\n\n###### Six')
    expect(headings.map(({ level }) => level)).toEqual([2, 3, 6])
    expect(html).not.toContain('<h1')
  })

  it('keep their levels when the body has none of the first', async () => {
    const { headings } = await render('## Two\n\n### Three')
    expect(headings.map(({ level }) => level)).toEqual([2, 3])
  })

  it('leave out the title when it is repeated at the top, and nowhere else', async () => {
    expect(await renderHtml('# A post!\n\ntext')).not.toContain('A post')
    expect(await renderHtml('text\n\n# A post')).toContain('A post')
    expect(await renderHtml('# Another post')).toContain('Another post')
  })

  it('lead to themselves, those with links in them by a sign beside their words', async () => {
    expect(await renderHtml('## A `b`')).toBe(
      '<h2 id="a-b"><a class="heading-link" href="#a-b">A <code>b</code></a></h2>',
    )
    expect(await renderHtml('## [a](/b)')).toBe(
      '<h2 id="a"><a href="/b">a</a> <a class="anchor" href="#a" aria-label="Link to this heading">#</a></h2>',
    )
  })

  it('are listed as plain text, with those in quotations and without that of the footnotes', async () => {
    const { headings } = await render('> ## *In* a `quotation`[^1]\n\n[^1]: note')
    expect(headings).toEqual([{ level: 2, id: 'in-a-quotation', text: 'In a quotation' }])
  })

  it('that are written as HTML get an id like others, and are found by the one they had', async () => {
    expect(await renderHtml('<h2 id="mine">Ours</h2>\n\n[x](#mine)')).toBe(
      '<h2 id="ours"><a class="heading-link" href="#ours" id="user-content-mine">Ours</a></h2>\n' +
        '<p><a href="#user-content-mine">x</a></p>',
    )
  })

  it('within a link do not hold another', async () => {
    expect(await renderHtml('<div><a href="/b"><h2>A</h2></a></div>')).toContain('<a href="/b"><h2 id="a">A</h2></a>')
    expect(await renderHtml('## ![alt](../assets/tom.png)')).toMatch(
      /<h2 id="section"><a class="image-link".*<\/a> <a class="anchor"/,
    )
  })
})
