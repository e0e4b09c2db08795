import { describe, expect, it } from 'vitest'
import { escapeHtml } from '../escape-html.ts'
import { plainDescription, toPlainText } from './description.ts'

describe('plainDescription', () => {
  it('is one line, cut at a word', () => {
    expect(plainDescription(' One\n two  ')).toBe('One two')
    const cut = plainDescription('word, '.repeat(100))
    expect(cut).toMatch(/^(?:word, )*word…$/)
    expect(cut.length).toBeLessThanOrEqual(240)
  })

  it('cuts what has no spaces', () => {
    expect(plainDescription('語'.repeat(500))).toMatch(/^語{120,240}…$/)
  })
})

describe('toPlainText', () => {
  it('is what a reader reads', () => {
    expect(toPlainText('<p>a &amp; <em>b</em> &lt;c&gt;</p><p>d<br>e</p>')).toBe('a & b <c> d e ')
  })

  it('gives back what was escaped', () => {
    expect(toPlainText(escapeHtml('1 < 2 & 3 > 2'))).toBe('1 < 2 & 3 > 2')
  })
})
