import type { Post, Site } from '@atoll/blog'
import { formatDate, readingTime } from './wording.ts'

type Dated = Pick<Post, 'slug' | 'publishedAt' | 'updatedAt' | 'readingMinutes'>

/** When it was written, where it stays, and how long it takes. */
export function PostMeta({ site, post }: { site: Site; post: Dated }) {
  const { publishedAt, updatedAt } = post
  const published = publishedAt && formatDate(publishedAt, 'long', site)
  const updated = updatedAt && formatDate(updatedAt, 'long', site)
  return (
    <p class="post-meta">
      {published && (
        <a href={`/posts/${post.slug}`} rel="bookmark">
          <time datetime={publishedAt}>{published}</time>
        </a>
      )}
      {updated && updated !== published && (
        <span>
          Updated <time datetime={updatedAt}>{updated}</time>
        </span>
      )}
      <span>{readingTime(post.readingMinutes)}</span>
    </p>
  )
}
