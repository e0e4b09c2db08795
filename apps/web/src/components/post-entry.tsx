import { escapeHtml, type PostHit, type PostSummary, type Site } from '@atoll/blog'
import { raw } from 'hono/html'
import type { ListQuery } from './query-url.ts'
import { tagListHtml } from './tags.tsx'
import { formatDate, shortReadingTime } from './wording.ts'

interface PostEntriesProps {
  /** What a search found says where. */
  posts: (PostSummary | PostHit)[]
  site: Site
  /** The number of the first one. */
  from?: number
  /** The list that a click on a tag filters. */
  path?: string
  query?: ListQuery | undefined
  /** Of the titles: one below that of the section they stand in. */
  heading?: 'h2' | 'h3'
}

export function PostEntries({ posts, site, from = 1, path = '/posts', query, heading = 'h2' }: PostEntriesProps) {
  let entries = ''
  for (const [index, post] of posts.entries()) {
    entries += postEntry(post, { site, number: from + index, path, query, heading })
  }
  return raw(`<ol class="entries">${entries}</ol>`)
}

interface PostEntryOptions extends Pick<PostEntriesProps, 'site' | 'query'> {
  number: number
  path: string
  heading: 'h2' | 'h3'
}

/** A string and not JSX: lists are what is rendered most, and this takes a tenth of the time. */
function postEntry(post: PostSummary | PostHit, { site, number, path, query, heading }: PostEntryOptions): string {
  const title = 'titleHtml' in post ? post.titleHtml : escapeHtml(post.title)
  const date =
    post.publishedAt &&
    `<time datetime="${escapeHtml(post.publishedAt)}">${escapeHtml(formatDate(post.publishedAt, 'medium', site))}</time>`
  return `<li class="entry">
<span class="entry-number" aria-hidden="true">#${number}</span>
<${heading} class="entry-title"><a href="/posts/${escapeHtml(post.slug)}">${title}</a></${heading}>
<div class="entry-text">${post.summaryHtml}</div>
<div class="entry-meta">${date ?? ''}<span>${shortReadingTime(post.readingMinutes)}</span>${tagListHtml({ tags: post.tags, path, query })}</div>
</li>`
}
