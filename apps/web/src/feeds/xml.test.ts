import fc from 'fast-check'
import { XmlDocument } from 'libxml2-wasm'
import { describe, expect, it } from 'vitest'
import { element, xmlDocument } from './xml.ts'

describe('element', () => {
  it('leaves out attributes and children that are undefined', () => {
    expect(element('a', { b: undefined, c: 1 }, undefined, 'text').xml).toBe('<a c="1">text</a>')
  })

  it('drops characters that XML cannot hold', () => {
    expect(element('t', {}, 'a\u0000\u0008\u001b\uffff\tb\n').xml).toBe('<t>a\tb\n</t>')
    expect(element('t', { a: '\u0001x' }).xml).toBe('<t a="x"/>')
  })

  it('replaces half of a surrogate pair and keeps whole ones', () => {
    expect(element('t', {}, 'a\ud83d b🎉').xml).toBe('<t>a\ufffd b🎉</t>')
  })

  it('writes a document that a strict parser reads back, whatever the text', () => {
    const text = fc.string({
      unit: fc.oneof(
        fc.constantFrom(...'<>&"\'\r\n\t]![CDATA\u0000\u001f\ufffe'),
        fc.string({ unit: 'binary', maxLength: 1 }),
      ),
    })
    fc.assert(
      fc.property(text, (written) => {
        using document = XmlDocument.fromString(xmlDocument(element('t', {}, written)))
        // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is dropped
        const expected = written.toWellFormed().replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
        expect(document.root.content).toBe(expected)
      }),
      { numRuns: 500 },
    )
  })
})
