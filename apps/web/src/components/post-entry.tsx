import type { PostHit, PostSummary, Site } from '@atoll/blog'
import { html, raw } from 'hono/html'
import { marked } from './marked.ts'
import type { ListQuery } from './query-url.ts'
import { TagList } from './tags.tsx'
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
  return (
    <ol class="entries">
      {posts.map((post, index) => postEntry(post, { site, number: from + index, path, query, heading: raw(heading) }))}
    </ol>
  )
}

interface PostEntryOptions extends Pick<PostEntriesProps, 'site' | 'query'> {
  number: number
  path: string
  heading: ReturnType<typeof raw>
}

/** A template and not JSX: lists are what is rendered most, and this takes an eighth of the time. */
function postEntry(post: PostSummary | PostHit, { site, number, path, query, heading }: PostEntryOptions) {
  const title = 'titlePieces' in post ? marked(post.titlePieces) : post.title
  const text = 'excerpt' in post && post.excerpt ? html`<p>${marked(post.excerpt)}</p>` : raw(post.summaryHtml)
  const date =
    post.publishedAt &&
    html`<time datetime="${post.publishedAt}">${formatDate(post.publishedAt, 'medium', site)}</time>`
  return html`<li class="entry">
<span class="entry-number" aria-hidden="true">#${number}</span>
<${heading} class="entry-title"><a href="/posts/${post.slug}">${title}</a></${heading}>
<div class="entry-text">${text}</div>
<div class="entry-meta">${date}<span>${shortReadingTime(post.readingMinutes)}</span>${TagList({ tags: post.tags, path, query })}</div>
</li>`
}
