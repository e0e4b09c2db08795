import { describe, expect, it } from 'vitest'
import { parseFrontMatter } from './front-matter.ts'

const parse = (text: string) => parseFrontMatter(text, 'posts/a.md')

describe('parseFrontMatter', () => {
  it('splits a file at its first two lines of three hyphens, so that later ones are rules', () => {
    expect(parse('---\ntitle: A\ntags: [b, c]\n---\nbody\n\n---\n\nmore\n')).toEqual({
      kind: 'parsed',
      data: { title: 'A', tags: ['b', 'c'] },
      lines: { title: 2, tags: 3 },
      body: 'body\n\n---\n\nmore\n',
      firstLine: 5,
    })
  })

  it('reads CRLF and a byte order mark', () => {
    expect(parse('\u{feff}---\r\ntitle: A\r\n---\r\none\r\ntwo\r\n')).toMatchObject({
      data: { title: 'A' },
      body: 'one\ntwo\n',
    })
  })

  it('does not mind blanks after the hyphens, which nobody sees', () => {
    expect(parse('--- \ntitle: A\n---\t\nbody')).toMatchObject({ data: { title: 'A' }, body: 'body', firstLine: 4 })
  })

  it('takes a line with anything but the three hyphens for text', () => {
    expect(parse('---\ntitle: |\n  a\n  --- \n  ---\n---\nb')).toMatchObject({ body: 'b' })
  })

  it('keeps dates, versions and the like as they were written', () => {
    const { data } = parse(
      '---\na: 2024-01-02\nb: 2024-01-02T03:04:05.678901Z\nc: "2024-01-02"\nd: yes\ne: [1.0, 0x10, 007]\n---\n',
    ) as {
      data: Record<string, unknown>
    }
    expect(data).toEqual({
      a: '2024-01-02',
      b: '2024-01-02T03:04:05.678901Z',
      c: '2024-01-02',
      d: 'yes',
      e: ['1.0', '0x10', '007'],
    })
  })

  it.each([
    ['title: Spring: what grows', 'a value with ": " in it needs quotes around it'],
    ['tags:\n\t- garden', 'a tab begins this line; YAML takes spaces alone'],
    ['title: A\ntitle: B', 'this key is there twice'],
    ['title: "A', 'Missing closing "quote'],
  ])('says what is wrong with %j', (keys, message) => {
    expect(parse(`---\n${keys}\n---\n`)).toMatchObject({ kind: 'bad', problems: [{ message }] })
  })

  it('takes empty front matter for no keys', () => {
    expect(parse('---\n---\nbody')).toMatchObject({ data: {}, body: 'body', firstLine: 3 })
    expect(parse('---\n# a comment\n---\n')).toMatchObject({ data: {}, body: '' })
  })

  it.each([
    ['no front matter at all', '# Title\n', 'missing_front_matter', 1],
    ['an empty file', '', 'missing_front_matter', 1],
    ['front matter that does not end', '---\ntitle: A\n', 'unclosed_front_matter', 1],
    ['invalid YAML', '---\ntitle: A\nslug: "b\n---\n', 'bad_front_matter', 3],
    ['bad indentation', '---\na:\n  b: 1\n c: 2\n---\n', 'bad_front_matter', 4],
    ['a key that is there twice', '---\na: 1\nb: 2\na: 3\n---\n', 'bad_front_matter', 4],
    ['a tag of its own', '---\na: !!js/function x\n---\n', 'bad_front_matter', 2],
    ['an alias to nothing', '---\na: 1\nb: *c\n---\n', 'bad_front_matter', 2],
    ['a list in place of keys', '---\n- a\n- b\n---\n', 'bad_front_matter', 2],
    ['text in place of keys', '---\njust words\n---\n', 'bad_front_matter', 2],
  ])('reports %s with its line', (_, text, code, line) => {
    const result = parse(text)
    expect(result).toMatchObject({ kind: 'bad', problems: [{ path: 'posts/a.md', line, severity: 'error', code }] })
  })

  it('does not unfold a document that names itself over and over', () => {
    const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]']
    for (const [index, name] of [...'bcdefghi'].entries()) {
      const before = 'abcdefgh'[index]
      bomb.push(`${name}: &${name} [${Array(9).fill(`*${before}`).join(', ')}]`)
    }
    expect(parse(`---\n${bomb.join('\n')}\n---\n`)).toMatchObject({
      kind: 'bad',
      problems: [{ code: 'bad_front_matter' }],
    })
  })

  it('has no key that would change what objects are', () => {
    const { data } = parse('---\n__proto__: { polluted: yes }\n---\n') as { data: Record<string, unknown> }
    expect(Object.getPrototypeOf(data)).toBe(Object.prototype)
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })
})
