import fc from 'fast-check'
import { XmlDocument } from 'libxml2-wasm'
import { describe, expect, it } from 'vitest'
import { cardToSvg } from './card-svg.ts'
import { card } from './testing/cards.ts'

/** Well-formed, every number a number, and no text that would need a font. */
function checkSvg(svg: string): void {
  using document = XmlDocument.fromString(svg)
  expect(document.find('//*[local-name()="text"]')).toEqual([])
  for (const path of document.find('//@d')) expect(path.content).toMatch(/^[MLHVQCZ\d\s.-]*$/)
}

describe('cardToSvg', () => {
  it.each([
    ['a short title', 'High water'],
    ['a long title', 'About everything that has ever happened, '.repeat(10)],
    ['one long word', 'w'.repeat(300)],
    ['Japanese', '日本語のタイトル'.repeat(8)],
    ['markup', '</svg><script>"&amp;\'</script>'],
    ['nothing that can be drawn', '🎉'],
    ['nothing', ''],
  ])('draws %s', (_, title) => {
    checkSvg(cardToSvg(card({ title })))
  })

  it('draws whatever it is given', () => {
    const words = fc.string({ unit: 'binary' })
    fc.assert(
      fc.property(words, words, words, (title, siteTitle, tag) => {
        checkSvg(cardToSvg({ ...card({ title, slug: '--', tags: [tag, tag] }), header: siteTitle, file: tag }))
      }),
      { numRuns: 50 },
    )
  })

  it('writes the slug where no font has the letters of the title', () => {
    expect(cardToSvg(card({ title: '만조' }))).toBe(cardToSvg(card({ title: 'high water' })))
  })

  it('leaves out the tags that there is no room for', () => {
    const few = ['sea', 'moon']
    expect(cardToSvg(card({ tags: [...few, 'x'.repeat(60)] }))).toBe(cardToSvg(card({ tags: few })))
  })
})
