import { escapeHtml, type Tag } from '@atoll/blog'
import { html, raw } from 'hono/html'
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
export function TagList(props: TagListProps) {
  return raw(tagListHtml(props))
}

/** A string, as in post-entry.tsx. */
export function tagListHtml({ tags, path, query }: TagListProps): string {
  if (tags.length === 0) return ''
  const asked = query && (query.search !== '' || query.tags.length > 0) ? query : undefined
  let items = ''
  for (const tag of tags) items += `<li>${asked ? tagLink({ tag, path, query: asked }) : plainTagLink(tag, path)}</li>`
  return `<ul class="tags" aria-label="Tags">${items}</ul>`
}

/** The link of a tag where nothing else was asked for: lists show the same ones again and again. */
function plainTagLink(tag: string, path: string): string {
  const key = `${path} ${tag}`
  let link = plainTagLinks.get(key)
  if (link === undefined) {
    if (plainTagLinks.size >= plainTagLinksKept) plainTagLinks.clear()
    link = tagLink({ tag, path, query: everything })
    plainTagLinks.set(key, link)
  }
  return link
}

const plainTagLinks = new Map<string, string>()
const plainTagLinksKept = 2000

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
      <ul class="index">{raw(filterHtml({ tags, path, query }))}</ul>
      {query.tags.length > 0 && (
        <p>
          <a href={listUrl(path, { search: query.search, tags: [] })}>Clear tags</a>
        </p>
      )}
    </nav>
  )
}

/** The same on every page of a list, and there may be hundreds of tags: written once for the tags that are kept. */
const unfiltered = new WeakMap<TagFilterProps['tags'], { path: string; html: string }>()

function filterHtml({ tags, path, query }: Pick<TagFilterProps, 'tags' | 'path' | 'query'>): string {
  if (query.tags.length > 0 || query.search !== '') return writeFilter(tags, path, query)
  const known = unfiltered.get(tags)
  if (known?.path === path) return known.html
  const html = writeFilter(tags, path, query)
  unfiltered.set(tags, { path, html })
  return html
}

function writeFilter(tags: TagFilterProps['tags'], path: string, query: ListQuery): string {
  return tags.map(({ label, count }) => `<li>${tagLink({ tag: label, path, query, count })}</li>`).join('')
}

/** Written, not drawn by the style sheet: a link that says `go` says too little. */
const hash = '<span class="hash">#</span>'

/** All tags, each leading to its page. */
export function TagIndex({ tags, isWide = false }: { tags: Tag[]; isWide?: boolean }) {
  return (
    <ul class={isWide ? 'index index-wide' : 'index'}>
      {tags.map(
        ({ slug, label, count }) =>
          html`<li><a class="tag" href="${tagPath(slug)}">${raw(hash)}${label}${raw(leader(count))}</a></li>`,
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

function tagLink({ tag, path, query, count }: TagLinkOptions): string {
  const isActive = query.tags.some((other) => isSameTag(other, tag))
  const href = listUrl(path, { search: query.search, tags: toggleTag(query.tags, tag) })
  const current = isActive ? ' aria-current="true"' : ''
  return `<a class="tag" href="${escapeHtml(href)}"${current}>${hash}${escapeHtml(tag)}${count === undefined ? '' : leader(count)}</a>`
}

/** Dots, up to a number. */
function leader(count: number): string {
  return `<span class="leader"></span> <span class="index-count">${count}</span>`
}
