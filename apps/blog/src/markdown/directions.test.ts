import { describe, expect, it } from 'vitest'
import { renderHtml } from './testing/render.ts'

const directions = async (source: string) =>
  [...(await renderHtml(source)).matchAll(/<(?:ul|ol|blockquote|table|div|h2)\b[^>]*>/g)].map(
    ([tag]) => /dir="(\w+)"/.exec(tag)?.[1],
  )

describe('lists, quotations, tables and headings', () => {
  it('run as their first letter does where the post runs the other way', async () => {
    expect(await directions('Salam.\n\n- سلام\n\n1. one\n\n## سلام\n\n## Salam')).toEqual([
      'rtl',
      undefined,
      'rtl',
      undefined,
    ])
    expect(await directions('سلام.\n\n- 1. שלום\n\n> Salam\n\n|سلام|\n|-|\n')).toEqual([
      'rtl',
      'rtl',
      'ltr',
      undefined,
      'rtl',
    ])
  })

  it('run as what is around them where they have no letter', async () => {
    expect(await directions('Salam.\n\n- 1\n- 2')).toEqual([undefined])
  })

  it('run as an alert does whatever the language of its title', async () => {
    expect(await directions('> [!NOTE]\n> سلام')).toEqual(['rtl'])
  })

  it('run as the writer says', async () => {
    expect(await directions('<ul dir="ltr"><li>سلام</li></ul>')).toEqual(['ltr'])
  })
})
