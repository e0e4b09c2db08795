import type { PostSummary, Site } from '@atoll/blog'
import { formatDate } from './wording.ts'

/** One line to a post: the day, then the title. */
export function PostLedger({ posts, site }: { posts: PostSummary[]; site: Site }) {
  return (
    <ol class="ledger">
      {posts.map(({ slug, title, publishedAt }) => (
        <li>
          {publishedAt && <time datetime={publishedAt}>{formatDate(publishedAt, 'day', site)}</time>}
          <a href={`/posts/${slug}`}>{title}</a>
        </li>
      ))}
    </ol>
  )
}
