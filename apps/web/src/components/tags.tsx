import { isSameTag, type ListQuery, listUrl, toggleTag } from './query-url.ts'

interface TagListProps {
  tags: string[]
  /** The list they filter. */
  path: string
  /** What the list shows now. */
  query?: ListQuery | undefined
}

/** The tags of one entry. Each narrows the list to itself, or takes itself away; the search stays. */
export function TagList({ tags, path, query = { search: '', tags: [] } }: TagListProps) {
  if (tags.length === 0) return null
  return (
    <ul class="tags" aria-label="Tags">
      {tags.map((tag) => (
        <li>
          <TagLink tag={tag} path={path} query={query} />
        </li>
      ))}
    </ul>
  )
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
    <nav class="tag-filter" aria-label={label} data-swap="tags">
      <ul class="index">
        {tags.map(({ label, count }) => (
          <li>
            <TagLink tag={label} path={path} query={query} count={count} />
          </li>
        ))}
      </ul>
      {query.tags.length > 0 && (
        <p>
          <a href={listUrl(path, { search: query.search, tags: [] })}>Clear tags</a>
        </p>
      )}
    </nav>
  )
}

function TagLink({ tag, path, query, count }: { tag: string; path: string; query: ListQuery; count?: number }) {
  const isActive = query.tags.some((other) => isSameTag(other, tag))
  const href = listUrl(path, { search: query.search, tags: toggleTag(query.tags, tag) })
  return (
    <a class="tag" href={href} aria-current={isActive ? 'true' : undefined}>
      {tag}
      {count !== undefined && (
        <>
          <span class="leader" /> <span class="index-count">{count}</span>
        </>
      )}
    </a>
  )
}
