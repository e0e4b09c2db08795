import { tagSlug } from '../tag-slug.ts'
import { facets } from './facets.ts'
import { segment } from './segment.ts'
import { storeText } from './stored-text.ts'

interface SearchableSource {
  kind: 'post' | 'page' | 'project'
  title: string
  /** Labels. */
  tags: readonly string[]
  description: string
  /** Plain text: no markup, no ids. */
  text: string
}

/** The columns of `documents` that make it findable. */
export interface Searchable {
  search_title: string
  search_tags: string
  search_description: string
  search_text: string
  facets: string
}

export function searchable({ kind, title, tags, description, text }: SearchableSource): Searchable {
  return {
    search_title: segment(title),
    search_tags: segment(tags.join(', ')),
    search_description: storeText(description),
    search_text: storeText(text),
    facets: [facets.all, facets.kind(kind), ...new Set(tags.map((tag) => facets.tag(tagSlug(tag))))].join(' '),
  }
}

/** Words worth suggesting in place of a mistyped one: the content of the table `words`. */
export function wordsOf({ search_title, search_tags, search_description, search_text }: Searchable): Set<string> {
  const text = [search_title, search_tags, search_description, search_text].join(' ').toLowerCase()
  return new Set(text.match(/(?<![\p{L}\p{M}\p{N}])\p{L}[\p{L}\p{M}]{2,29}(?![\p{L}\p{M}\p{N}])/gu))
}
