import type { PageHit } from '@atoll/blog'
import { marked } from './marked.ts'

/** Pages of their own, as a search finds them. */
export function PageEntries({ pages }: { pages: PageHit[] }) {
  return (
    <ol class="entries">
      {pages.map(({ slug, titlePieces, description, excerpt }) => (
        <li class="entry">
          <h3 class="entry-title">
            <a href={`/${slug}`}>{marked(titlePieces)}</a>
          </h3>
          <p class="entry-text">{excerpt ? marked(excerpt) : description}</p>
          <div class="entry-meta">
            <span>Page</span>
          </div>
        </li>
      ))}
    </ol>
  )
}
