import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findParts } from './find-parts.ts'

const body = (html: string) => `<!doctype html><html><body>${html}</body></html>`

describe('findParts', () => {
  it('finds elements by their name, one in the other', () => {
    const [main, ...others] = findParts(
      body('<main data-live="main"><p>x</p><div data-live="text"><div>a</div></div></main>'),
    )
    expect(others).toEqual([])
    expect(main).toMatchObject({
      name: 'main',
      parts: [{ name: 'text', html: '<div data-live="text"><div>a</div></div>' }],
    })
  })

  it('tells a change in a part from a change around it', () => {
    const [before] = findParts(body('<main data-live="main">x<b data-live="b">1</b></main>'))
    const [inside] = findParts(body('<main data-live="main">x<b data-live="b">2</b></main>'))
    const [around] = findParts(body('<main data-live="main">y<b data-live="b">1</b></main>'))
    expect(inside!.own).toBe(before!.own)
    expect(inside!.parts[0]!.own).not.toBe(before!.parts[0]!.own)
    expect(around!.own).not.toBe(before!.own)
  })

  it('takes no text for a tag, in attributes and comments neither', () => {
    fc.assert(
      fc.property(fc.constantFrom('</main>', '<main>', '<p data-live="x">', '>', "'", '<!--'), (trick) => {
        const quoted = trick.replaceAll('"', '&quot;')
        const html = `<main data-live="main"><img alt="${quoted}"><!-- ${trick.replace('<!--', '')} --><i>end</i></main>`
        const parts = findParts(body(`${html}<p>after</p>`))
        expect(parts.map(({ name }) => name)).toEqual(['main'])
        expect(parts[0]!.html).toBe(html)
      }),
    )
  })
})
