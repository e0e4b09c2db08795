import { describe, expect, it } from 'vitest'
import { socialImageOf } from './social-image-path.ts'
import { structuredData } from './structured-data.ts'
import { context, site } from './testing/cards.ts'

const post = {
  title: 'High water',
  path: '/posts/high-water',
  description: 'When and why',
  publishedAt: '2026-03-01T12:00:00Z',
  updatedAt: null,
  tags: ['sea'],
  words: 321,
  images: [socialImageOf({ slug: 'high-water', title: 'High water' })],
}

const thingsOf = (page: Parameters<typeof structuredData>[0], from = context) =>
  structuredData(page, from)['@graph'] as Record<string, unknown>[]

describe('structuredData', () => {
  it('says what a post is, who wrote it and where it is', () => {
    const [posting, trail] = thingsOf({ kind: 'post', post, trail: [{ title: 'Posts', path: '/posts' }] })
    expect(posting).toMatchObject({
      '@type': 'BlogPosting',
      mainEntityOfPage: 'https://tide.example/posts/high-water',
      headline: 'High water',
      datePublished: '2026-03-01T12:00:00Z',
      dateModified: '2026-03-01T12:00:00Z',
      author: { '@type': 'Person', name: 'Ana', url: 'https://ana.example' },
      keywords: ['sea'],
      wordCount: 321,
      image: [{ '@type': 'ImageObject', url: 'https://tide.example/social/high-water.png', width: 1200, height: 630 }],
    })
    expect(trail).toMatchObject({
      '@type': 'BreadcrumbList',
      itemListElement: [
        { position: 1, name: 'Tide & Time', item: 'https://tide.example/' },
        { position: 2, name: 'Posts', item: 'https://tide.example/posts' },
        { position: 3, name: 'High water', item: 'https://tide.example/posts/high-water' },
      ],
    })
  })

  it('leaves out dates, tags and a description that a post does not have', () => {
    const [posting] = thingsOf({ kind: 'post', post: { ...post, publishedAt: null, tags: [], description: '' } })
    for (const name of ['datePublished', 'dateModified', 'keywords', 'description'])
      expect(posting).not.toHaveProperty(name)
  })

  it('tells on the home page how to search', () => {
    const [website] = thingsOf({ kind: 'home' })
    expect(website).toMatchObject({
      '@type': 'WebSite',
      url: 'https://tide.example/',
      potentialAction: { target: { urlTemplate: 'https://tide.example/search?q={search_term_string}' } },
    })
  })

  it('names the site as the author where nobody else is named', () => {
    const [posting] = thingsOf({ kind: 'post', post }, { ...context, site: { ...site, author: { name: '' } } })
    expect(posting!.author).toEqual({ '@type': 'Organization', name: 'Tide & Time', url: 'https://tide.example/' })
  })
})
