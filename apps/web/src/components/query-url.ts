import { tagSlug } from '@atoll/blog'

/** What a reader asked a list for. The order in a URL is always search, tags, page. */
export interface ListQuery {
  search: string
  tags: string[]
  /** From 1. */
  page?: number
}

/** Reads `q`, `tags` (commas between them) and `page`; what is missing or makes no sense is as if it were not there. */
export function parseListQuery(url: URL): Required<ListQuery> {
  const tags = (url.searchParams.get('tags') ?? '').split(',').map((tag) => tag.trim())
  const page = url.searchParams.get('page') ?? ''
  return {
    search: (url.searchParams.get('q') ?? '').trim(),
    tags: [...new Set(tags.filter((tag) => tag !== ''))],
    page: /^[1-9]\d{0,5}$/.test(page) ? Number(page) : 1,
  }
}

export function listUrl(path: string, { search, tags, page = 1 }: ListQuery): string {
  const parameters: string[] = []
  if (search) parameters.push(`q=${encode(search)}`)
  if (tags.length > 0) parameters.push(`tags=${encode(tags.join(','))}`)
  if (page > 1) parameters.push(`page=${page}`)
  return parameters.length > 0 ? `${path}?${parameters.join('&')}` : path
}

/** As a form does it. URLSearchParams would too, in five times the time; a list has a hundred of these. */
function encode(text: string): string {
  return encodeURIComponent(text).replaceAll('%20', '+')
}

/** Adds a tag in front, or removes it; a page number would mean another list, so it goes. */
export function toggleTag(tags: string[], tag: string): string[] {
  if (tags.length === 0) return [tag]
  const others = tags.filter((other) => !isSameTag(other, tag))
  return others.length < tags.length ? others : [tag, ...tags]
}

export function isSameTag(left: string, right: string): boolean {
  return tagSlug(left) === tagSlug(right)
}
