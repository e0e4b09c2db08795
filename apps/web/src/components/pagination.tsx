import { type ListQuery, listUrl } from './query-url.ts'

interface PaginationProps {
  path: string
  query: ListQuery
  page: number
  pages: number
  label?: string
}

export function Pagination({ path, query, page, pages, label = 'Pages' }: PaginationProps) {
  if (pages <= 1) return null
  const to = (other: number) => listUrl(path, { ...query, page: other })
  return (
    <nav class="pages" aria-label={label}>
      {page > 1 ? (
        <a href={to(page - 1)} rel="prev">
          Newer
        </a>
      ) : (
        <span />
      )}
      <span>
        Page {page} of {pages}
      </span>
      {page < pages ? (
        <a href={to(page + 1)} rel="next">
          Older
        </a>
      ) : (
        <span />
      )}
    </nav>
  )
}
