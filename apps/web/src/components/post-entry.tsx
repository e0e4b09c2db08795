import type { PostSummary, Site } from '@atoll/blog'
import { raw } from 'hono/html'
import type { ListQuery } from './query-url.ts'
import { TagList } from './tags.tsx'
import { formatDate, shortReadingTime } from './wording.ts'

interface PostEntriesProps {
  posts: PostSummary[]
  site: Site
  /** The number of the first one. */
  from?: number
  /** The list that a click on a tag filters. */
  path?: string
  query?: ListQuery | undefined
  /** Of the titles: one below that of the section they stand in. */
  heading?: 'h2' | 'h3'
}

export function PostEntries({
  posts,
  site,
  from = 1,
  path = '/posts',
  query,
  heading: Heading = 'h2',
}: PostEntriesProps) {
  return (
    <ol class="entries">
      {posts.map((post, index) => (
        <li class="entry">
          <span class="entry-number" aria-hidden="true">
            #{from + index}
          </span>
          <Heading class="entry-title">
            <a href={`/posts/${post.slug}`}>{post.title}</a>
          </Heading>
          <div class="entry-text">{raw(post.summaryHtml)}</div>
          <div class="entry-meta">
            {post.publishedAt && (
              <time datetime={post.publishedAt}>{formatDate(post.publishedAt, 'medium', site)}</time>
            )}
            <span>{shortReadingTime(post.readingMinutes)}</span>
            <TagList tags={post.tags} path={path} query={query} />
          </div>
        </li>
      ))}
    </ol>
  )
}
