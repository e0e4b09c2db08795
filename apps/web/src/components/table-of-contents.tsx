import type { Heading } from '@atoll/blog'
import { Panel } from './panel.tsx'

interface TableOfContentsProps {
  /** The title of the page comes first. */
  title: string
  titleId: string
  headings: Heading[]
}

/** Nothing for a page without headings of its own: the title alone is no table. */
export function TableOfContents({ title, titleId, headings }: TableOfContentsProps) {
  if (headings.length === 0) return null
  return (
    <Panel name="contents" title="Contents" class="toc">
      <nav aria-label="Table of contents">
        <ol>
          {[{ level: 1, id: titleId, text: title }, ...headings].map(({ level, id, text }) => (
            <li data-level={level}>
              <a href={`#${encodeURIComponent(id)}`}>{text}</a>
            </li>
          ))}
        </ol>
      </nav>
    </Panel>
  )
}

/** The id of a post's title: its slug, as ever, unless one of its headings has it. */
export function titleIdOf(slug: string, headings: Heading[]): string {
  return headings.some(({ id }) => id === slug) ? `title:${slug}` : slug
}
