import { defaultSite, type Site } from '@atoll/blog'
import { type Card, type CardPost, postCard } from '../card.ts'

export const site: Site = {
  ...defaultSite,
  title: 'Tide & Time',
  description: 'Notes from the shore',
  author: { name: 'Ana', url: 'https://ana.example' },
}

export const context = { site, origin: 'https://tide.example' }

export function card(facts: Partial<CardPost> = {}): Card {
  const post = {
    slug: 'high-water',
    title: 'High water',
    publishedAt: '2026-03-01T12:00:00Z',
    readingMinutes: 4,
    tags: ['sea'],
  }
  return postCard({ ...post, ...facts }, context)
}
