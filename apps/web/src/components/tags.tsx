import type { Tag } from '@atoll/blog'
import { html } from 'hono/html'
import { isSameTag, type ListQuery, listUrl, toggleTag } from './query-url.ts'

interface TagListProps {
  tags: string[]
  /** The list they filter. */
  path: string
  /** What the list shows now. */
  query?: ListQuery | undefined
}

const everything: ListQuery = { search: '', tags: [] }

/** The tags of one entry. Each narrows the list to itself, or takes itself away; the search stays. */
export function TagList({ tags, path, query = everything }: TagListProps) {
  if (tags.length === 0) return ''
  // A template, as in post-entry.tsx.
  return html`<ul class="tags" aria-label="Tags">${tags.map((tag) => html`<li>${tagLink({ tag, path, query })}</li>`)}</ul>`
}

interface TagFilterProps {
  tags: { label: string; count: number }[]
  path: string
  query: ListQuery
  label?: string
}

/** All tags of a list with how many entries they have. Several chosen ones show what has any of them. */
export function TagFilter({ tags, path, query, label = 'Filter by tag' }: TagFilterProps) {
  return (
    <nav class="tag-filter" aria-label={label} data-live="tags">
      <ul class="index">
        {tags.map((tag) => html`<li>${tagLink({ tag: tag.label, path, query, count: tag.count })}</li>`)}
      </ul>
      {query.tags.length > 0 && (
        <p>
          <a href={listUrl(path, { search: query.search, tags: [] })}>Clear tags</a>
        </p>
      )}
    </nav>
  )
}

/** Written, not drawn by the style sheet: a link that says `go` says too little. */
const hash = html`<span class="hash">#</span>`

/** All tags, each leading to its page. */
export function TagIndex({ tags, isWide = false }: { tags: Tag[]; isWide?: boolean }) {
  return (
    <ul class={isWide ? 'index index-wide' : 'index'}>
      {tags.map(
        ({ slug, label, count }) =>
          html`<li><a class="tag" href="${tagPath(slug)}">${hash}${label}${leader(count)}</a></li>`,
      )}
    </ul>
  )
}

export function tagPath(slug: string): string {
  return `/tags/${encodeURIComponent(slug)}`
}

interface TagLinkOptions {
  tag: string
  path: string
  query: ListQuery
  count?: number
}

function tagLink({ tag, path, query, count }: TagLinkOptions) {
  const isActive = query.tags.some((other) => isSameTag(other, tag))
  const href = listUrl(path, { search: query.search, tags: toggleTag(query.tags, tag) })
  return html`<a class="tag" href="${href}"${isActive ? html` aria-current="true"` : ''}>${hash}${tag}${count === undefined ? '' : leader(count)}</a>`
}

/** Dots, up to a number. */
function leader(count: number) {
  return html`<span class="leader"></span> <span class="index-count">${count}</span>`
}
