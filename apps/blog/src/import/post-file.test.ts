import { describe, expect, it } from 'vitest'
import { parseDate } from './field-reader.ts'
import { readPost } from './post-file.ts'

const read = (values: Record<string, unknown>, path = 'posts/20250329121314_my_setup.md') =>
  readPost(path, { values, lineOf: (key) => 2 + Object.keys(values).indexOf(key) })

const codesOf = (values: Record<string, unknown>, path?: string) =>
  read(values, path).problems.map(({ code, line }) => [code, line])

describe('readPost', () => {
  it('needs nothing but a title', () => {
    expect(read({ title: 'My setup' })).toEqual({
      title: 'My setup',
      slug: 'my-setup',
      slugLine: 1,
      isDraft: false,
      publishedAt: null,
      updatedAt: null,
      description: '',
      permalinks: [],
      tags: [],
      series: null,
      problems: [],
    })
  })

  it('keeps a slug in its canonical form', () => {
    expect(read({ title: 'x', slug: 'my_old_setup' }).slug).toBe('my-old-setup')
    expect(read({ title: 'x', slug: 2024 }).slug).toBe('2024')
  })

  it.each(['Hello', 'a b', 'a/b', 'é', '../x'])('reports the slug %j at its line', (slug) => {
    expect(codesOf({ title: 'x', slug })).toEqual([['bad_slug', 3]])
  })

  it('makes a slug of the title when the file name has no letters', () => {
    expect(read({ title: 'Ünïcode & more' }, 'posts/日本.md').slug).toBe('unicode-more')
    expect(codesOf({ title: '日本' }, 'posts/日本.md')).toEqual([['missing_slug', 1]])
  })

  it('reports a missing or empty title', () => {
    expect(codesOf({ slug: 'x' })).toEqual([['missing_title', 1]])
    expect(codesOf({ title: '  ' })).toEqual([['missing_title', 2]])
    expect(codesOf({ title: ['x'] })).toEqual([
      ['bad_value', 2],
      ['missing_title', 2],
    ])
  })

  it('takes permalinks with and without slashes, each once', () => {
    const { permalinks } = read({ title: 'x', permalinks: ['/uses', 'uses/', 'old/uses'] })
    expect(permalinks.map(({ path }) => path)).toEqual(['uses', 'old/uses'])
    expect(read({ title: 'x', permalinks: 'uses' }).permalinks).toHaveLength(1)
  })

  it.each(['/', 'https://example.org/uses', 'a b', '../uses', 'a//b', 'uses?x'])('reports the permalink %j', (path) => {
    expect(codesOf({ title: 'x', permalinks: [path] })).toEqual([['bad_permalink', 3]])
  })

  it('takes tags as a list or as text, each once', () => {
    expect(read({ title: 'x', tags: ['Elixir', ' elixir', 'C++', 7] }).tags).toEqual([
      { slug: 'elixir', label: 'Elixir' },
      { slug: 'cplusplus', label: 'C++' },
      { slug: '7', label: '7' },
    ])
    expect(read({ title: 'x', tags: 'one, two' }).tags.map(({ label }) => label)).toEqual(['one', 'two'])
  })

  it('leaves a tag out that no address can be made of, with a warning', () => {
    const { tags, problems } = read({ title: 'x', tags: ['🎉', 'party'] })
    expect(tags).toEqual([{ slug: 'party', label: 'party' }])
    expect(problems).toMatchObject([{ code: 'useless_tag', severity: 'warning' }])
  })

  it('takes no series that no address can be made of', () => {
    expect(codesOf({ title: 'x', series: '🎉' })).toEqual([['bad_value', 3]])
    expect(codesOf({ title: 'x', series: { name: '🎉', part: 1 } })).toEqual([['bad_value', 3]])
  })

  it('takes a series with and without a part', () => {
    expect(read({ title: 'x', series: 'Atolls' }).series).toEqual({ name: 'Atolls', part: null })
    expect(read({ title: 'x', series: { name: 'Atolls', part: 2 } }).series).toEqual({ name: 'Atolls', part: 2 })
    expect(codesOf({ title: 'x', series: { part: 2 } })).toEqual([['bad_value', 3]])
    expect(codesOf({ title: 'x', series: { name: 'Atolls', part: 'two' } })).toEqual([['bad_value', 3]])
  })

  it('never takes an unclear draft for a finished post', () => {
    expect(read({ title: 'x', is_draft: 'yes' }).isDraft).toBe(true)
    expect(codesOf({ title: 'x', is_draft: 'maybe' })).toEqual([['bad_value', 3]])
  })

  it.each([{ draft: true }, { draft: 'soon' }, { published: 'no' }, { isDraft: true }, { is_darft: 'true' }])(
    'keeps out what is a draft by another name: %j',
    (keys) => {
      expect(codesOf({ title: 'x', ...keys })).toEqual([['unclear_draft', 3]])
      expect(codesOf({ title: 'x', ...keys, is_draft: false })).toEqual([])
    },
  )

  it('warns of keys that were meant to be others, and passes over what is nobody’s', () => {
    const foreign = { date: '2025-01-01', Tag: 'x', aliases: [], lastmod: '2025-01-01', desciption: 'x', titel: 'x' }
    const problems = read({ title: 'x', ...foreign }).problems
    expect(problems.map(({ code, severity, message }) => [code, severity, /mean "(.*)"/.exec(message)![1]])).toEqual(
      ['published_at', 'tags', 'permalinks', 'updated_at', 'description'].map((key) => ['unknown_key', 'warning', key]),
    )
    const nobodys = { author: 'me', layout: 'post', type: 'x', image: 'x', reading_time_minutes: 4, draft: false }
    expect(read({ title: 'x', ...nobodys, published: true, constructor: 'x' }).problems).toEqual([])
  })

  it('takes a date under "published" for what others write there, and keeps nothing back for it', () => {
    expect(codesOf({ title: 'x', published: '2025-01-01' })).toEqual([['unknown_key', 3]])
  })
})

describe('parseDate', () => {
  it.each([
    ['2025-03-29', '2025-03-29T00:00:00Z'],
    ['2025-03-29 12:13', '2025-03-29T12:13:00Z'],
    ['2025-03-29 12:13:14', '2025-03-29T12:13:14Z'],
    ['2025-03-29T12:13:14.987654Z', '2025-03-29T12:13:14Z'],
    ['2025-03-29 12:13:14 +02:00', '2025-03-29T10:13:14Z'],
    ['2025-03-29T23:00:00-0530', '2025-03-30T04:30:00Z'],
  ])('reads %s', (written, date) => {
    expect(parseDate(written)).toBe(date)
  })

  it.each(['2025-02-30', '2025-13-01', '2025-03-29 25:00', 'soon', '29.03.2025', ''])(
    'does not take %j for a date',
    (text) => {
      expect(parseDate(text)).toBeUndefined()
    },
  )
})
