import { nearest } from '../edit-distance.ts'
import type { FieldReader, Fields } from './field-reader.ts'

const postKeys = [
  'title',
  'slug',
  'is_draft',
  'published_at',
  'updated_at',
  'description',
  'tags',
  'permalinks',
  'series',
] as const

type PostKey = (typeof postKeys)[number]

/** What other systems call them, without the signs between words. */
const otherNames = new Map<string, PostKey>([
  ['draft', 'is_draft'],
  ['published', 'is_draft'],
  ['date', 'published_at'],
  ['pubdate', 'published_at'],
  ['publishdate', 'published_at'],
  ['updated', 'updated_at'],
  ['modified', 'updated_at'],
  ['lastmod', 'updated_at'],
  ['summary', 'description'],
  ['excerpt', 'description'],
  ['tag', 'tags'],
  ['category', 'tags'],
  ['categories', 'tags'],
  ['keywords', 'tags'],
  ['permalink', 'permalinks'],
  ['alias', 'permalinks'],
  ['aliases', 'permalinks'],
  ['redirectfrom', 'permalinks'],
])

/**
 * Reports keys that were probably meant to be others; those that nobody knows are passed over, as in the original. A
 * file that says in other words that it is a draft is kept out: to publish it cannot be undone.
 */
export function reportForeignKeys({ values }: Fields, read: FieldReader): void {
  for (const key of Object.keys(values)) {
    const meant = meantBy(key, values[key])
    if (!meant || meant in values) continue
    const message = `unknown key "${key}"; did you mean "${meant}"?`
    if (meant !== 'is_draft') read.report('unknown_key', key, message)
    else if (saysDraft(key, values[key])) read.report('unclear_draft', key, message)
  }
}

function meantBy(key: string, value: unknown): PostKey | undefined {
  if ((postKeys as readonly string[]).includes(key)) return undefined
  const plain = key.toLowerCase().replace(/[\W_]/g, '')
  // Some say so whether it is, others since when.
  if (plain === 'published' && /^\d{4}-/.test(String(value))) return 'published_at'
  return otherNames.get(plain) ?? (nearest(key.toLowerCase(), postKeys, key.length > 5 ? 2 : 1) as PostKey | undefined)
}

/** `published: true` and `draft: false` say what is so without them. */
function saysDraft(key: string, value: unknown): boolean {
  const isYes = /^(?:true|yes)$/i.test(String(value))
  const isNo = /^(?:false|no)$/i.test(String(value))
  return key.toLowerCase() === 'published' ? !isYes : !isNo
}
