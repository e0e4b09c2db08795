import { describe, expect, it } from 'vitest'
import { render } from './testing/render.ts'

const excerptOf = async (source: string) => (await render(source)).excerptHtml

describe('excerptHtml', () => {
  it('is the first three paragraphs', async () => {
    expect(await excerptOf('one\n\ntwo\n\nthree\n\nfour')).toBe('<p>one</p>\n<p>two</p>\n<p>three</p>')
  })

  it.each([
    ['a heading', '## h'],
    ['a list', '- l'],
    ['an ordered list', '1. l'],
    ['a table', '| t |\n|-|'],
    ['a quotation', '> q'],
    ['an alert', '> [!NOTE]\n> n'],
    ['code', '```\nc\n```'],
    ['a rule', '***'],
  ])('ends before %s, once there is a paragraph', async (_, block) => {
    expect(await excerptOf(`one\n\n${block}\n\ntwo`)).toBe('<p>one</p>')
  })

  it.each(['## h', '- l', '> q', '```\nc\n```', '***', '> [!TIP]\n> t'])(
    'goes past %j, as long as there is none',
    async (block) => {
      expect(await excerptOf(`${block}\n\none\n\ntwo`)).toBe('<p>one</p>\n<p>two</p>')
    },
  )

  it('goes on after a heading of the first level', async () => {
    expect(await excerptOf('one\n\n# h\n\ntwo\n\n## i\n\nthree')).toBe('<p>one</p>\n<p>two</p>')
  })

  it('does not count what stands in a quotation or a list', async () => {
    expect(await excerptOf('> quoted\n\n- loose\n\n  item\n\none')).toBe('<p>one</p>')
  })

  it('finds paragraphs in elements that only hold others', async () => {
    expect(await excerptOf('<div>\n\none\n\n</div>\n\ntwo')).toBe('<p>one</p>\n<p>two</p>')
  })

  it('has no footnotes, no ids and no links within the post', async () => {
    expect(await excerptOf('one[^1] [two](#two) <b id="x">three</b>\n\n[^1]: note')).toBe('<p>one two <b>three</b></p>')
  })

  it('is empty for a post without paragraphs', async () => {
    expect(await excerptOf('## h\n\n- l')).toBe('')
  })
})

describe('excerptText', () => {
  it('is the same in one line', async () => {
    expect((await render('one *two*\nthree\n\nfour')).excerptText).toBe('one two three four')
  })
})

describe('text', () => {
  it('has a line to each block, and neither markup nor what we added', async () => {
    const source =
      '# One\n\nA **b** `c`[^1]\n\n> [!NOTE]\n> n\n\n| x | y |\n|-|-|\n| z | |\n\n```ts\nlet a\n```\n\n![alt](../assets/tom.png)\n\n$x$\n\n[^1]: note'
    expect((await render(source)).text.split('\n')).toEqual([
      'One',
      'A b c',
      'n',
      'x',
      'y',
      'z',
      'let a',
      'alt',
      'x',
      'note',
    ])
  })
})

describe('reading time', () => {
  const minutes = async (source: string) => (await render(source)).readingMinutes

  it('is 260 words a minute, rounded up, and never nothing', async () => {
    expect(await minutes('word '.repeat(260))).toBe(1)
    expect(await minutes('word '.repeat(261))).toBe(2)
    expect(await minutes('')).toBe(1)
  })

  it('does not count code, addresses, or signs alone', async () => {
    expect((await render('one [two](https://example.com/three/four) -- & *five*\n\n```\nsix seven\n```')).words).toBe(3)
  })

  it('counts the characters of scripts without spaces', async () => {
    expect((await render('日本語のテキスト、です。')).words).toBe(10)
    expect(await minutes('字'.repeat(501))).toBe(2)
    expect((await render('한국어 텍스트')).words).toBe(2)
  })
})
