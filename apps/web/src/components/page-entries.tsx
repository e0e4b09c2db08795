import type { PageHit } from '@atoll/blog'
import { raw } from 'hono/html'

/** Pages of their own, as a search finds them. */
export function PageEntries({ pages }: { pages: PageHit[] }) {
  return (
    <ol class="entries">
      {pages.map(({ slug, titleHtml, summaryHtml }) => (
        <li class="entry">
          <h3 class="entry-title">
            <a href={`/${slug}`}>{raw(titleHtml)}</a>
          </h3>
          <p class="entry-text">{raw(summaryHtml)}</p>
          <div class="entry-meta">
            <span>Page</span>
          </div>
        </li>
      ))}
    </ol>
  )
}
