import { describe, expect, it } from 'vitest'
import { type MetaTag, socialMetadata } from './card-metadata.ts'
import { socialImageOf } from './social-image-path.ts'
import { context, site } from './testing/cards.ts'

const article = {
  title: 'High water',
  description: 'When and why',
  canonical: '/posts/high-water',
  type: 'article' as const,
  image: socialImageOf({ slug: 'high-water', title: 'High water' }),
  publishedAt: '2026-03-01T12:00:00Z',
  tags: ['sea', 'moon'],
}

function valuesOf(page: Parameters<typeof socialMetadata>[0], from = context): Record<string, string[]> {
  const names = (tag: MetaTag) => ('name' in tag ? tag.name : tag.property)
  const tags = Object.entries(Object.groupBy(socialMetadata(page, from), names))
  return Object.fromEntries(tags.map(([name, found]) => [name, found!.map(({ content }) => content)]))
}

describe('socialMetadata', () => {
  it('tells what an article is', () => {
    expect(valuesOf(article)).toEqual({
      'og:type': ['article'],
      'og:site_name': ['Tide & Time'],
      'og:title': ['High water'],
      'og:description': ['When and why'],
      'og:url': ['https://tide.example/posts/high-water'],
      'og:locale': ['en_US'],
      'og:image': ['https://tide.example/social/high-water.png'],
      'og:image:width': ['1200'],
      'og:image:height': ['630'],
      'og:image:alt': ['High water'],
      'article:published_time': ['2026-03-01T12:00:00Z'],
      'article:author': ['https://ana.example'],
      'article:tag': ['sea', 'moon'],
      'twitter:card': ['summary_large_image'],
    })
  })

  it('speaks of the site where a page says nothing of itself', () => {
    expect(valuesOf({ canonical: '/' })).toMatchObject({
      'og:type': ['website'],
      'og:title': ['Tide & Time'],
      'og:description': ['Notes from the shore'],
      'og:image': ['https://tide.example/social.png'],
    })
  })

  it('writes a language as Open Graph wants it', () => {
    const localeOf = (language: string) =>
      valuesOf({ canonical: '/' }, { ...context, site: { ...site, language } })['og:locale']
    expect([localeOf('pt-BR'), localeOf('ja'), localeOf('zh-Hant-TW')]).toEqual([['pt_BR'], ['ja_JP'], ['zh_TW']])
  })

  it('leaves out what is not known', () => {
    const bare = { ...context, site: { ...site, description: '', author: { name: '' } } }
    expect(Object.keys(valuesOf({ canonical: '/', type: 'article' }, bare))).not.toContain('og:description')
  })
})
