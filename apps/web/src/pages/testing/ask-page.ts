import { defaultSite, readPostsOverview, type Site } from '@atoll/blog'
import type { TestBlog } from '@atoll/blog/testing'
import type { PageResult } from '../../page.ts'
import { routes } from '../../routes.ts'
import { createRouter } from '../../server/router.ts'

interface AskOptions {
  now?: string
  site?: Partial<Site>
  isPreview?: boolean
}

export type Answer = PageResult & { html: string }

/** What the route of an address answers from a database, without a server in between. */
export async function askPage(blog: TestBlog, address: string, options: AskOptions = {}): Promise<Answer> {
  const { now = '2026-11-24T12:00:00Z', site, isPreview = false } = options
  const url = new URL(address, origin)
  const match = createRouter({}, routes).match('GET', url.pathname)
  if (match.kind !== 'found' || match.destination.kind !== 'page') throw new Error(`no route leads to ${address}`)
  const reader = blog.repo.reader()
  const result = await match.destination.page({
    reader,
    url,
    params: match.params,
    now,
    site: { ...defaultSite, title: 'Lagoon', ...site },
    overview: () => readPostsOverview(reader, { now }),
    origin,
    isPreview,
  })
  return { ...result, html: result.kind === 'page' ? String(await result.body) : '' }
}

export const origin = 'https://lagoon.example'
