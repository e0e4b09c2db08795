import { facets } from './facets.ts'
import { type Field, type Query, type Term, termsOf } from './query.ts'
import { isUnspaced } from './segment.ts'

/** Expressions for FTS5's MATCH. What a reader typed is in them as quoted letters and digits only. */
export interface Match extends Record<string, string | number> {
  /** With the last word as it stands. */
  whole: string
  /** With the last word going on; the same as `whole` where it cannot. */
  begun: string
  /** `whole` and `begun` where a wanted word is in the title or the tags. */
  wholeInTitle: string
  begunInTitle: string
}

/** An address has room for thousands. */
const tagLimit = 32

interface Narrowing {
  kind: 'post' | 'project'
  /** Slugs; documents with any of them. */
  tags: readonly string[]
}

export function toMatch(query: Query, narrowing: Narrowing): Match {
  const within = (match: string) => narrow(match, narrowing)
  const whole = expression(query, false)
  const begun = expression(query, true)
  return {
    whole: within(whole),
    begun: within(begun),
    wholeInTitle: inTitle(query, whole, false, within),
    begunInTitle: inTitle(query, begun, true, within),
  }
}

/** The expression of one term. */
export function matchTerm(term: Term): string {
  return oneTerm(term, false)
}

const columns: Record<Field, string> = {
  title: 'search_title',
  tags: 'search_tags',
  description: 'search_description',
  text: 'search_text',
}

function expression(query: Query, isGoingOn: boolean): string {
  switch (query.kind) {
    case 'term':
      return oneTerm(query.term, isGoingOn)
    case 'or':
      return group(
        ' OR ',
        query.parts.map((part) => expression(part, isGoingOn)),
      )
    case 'and':
      return all(query.parts, isGoingOn)
    case 'not':
      return all([query], isGoingOn)
  }
}

/** FTS5 knows NOT only between two sides: all that is unwanted is taken away from all that is wanted. */
function all(parts: Query[], isGoingOn: boolean): string {
  const wanted = parts.filter(({ kind }) => kind !== 'not').map((part) => expression(part, isGoingOn))
  // Never going on: while somebody types "-javascript", posts about Java must not come and go.
  const unwanted = parts.flatMap((part) => (part.kind === 'not' ? [expression(part.part, false)] : []))
  const from = wanted.length > 0 ? group(' AND ', wanted) : `"${facets.all}"`
  return unwanted.length > 0 ? `(${from} NOT ${group(' OR ', unwanted)})` : from
}

/** Brackets only where they are needed: FTS5 counts them. */
function group(operator: string, parts: string[]): string {
  return parts.length > 1 ? `(${parts.join(operator)})` : parts[0]!
}

function oneTerm(term: Term, isGoingOn: boolean): string {
  const column = term.field ? `${columns[term.field]} : ` : ''
  if (term.isNear) return `${column}NEAR(${term.words.map((word) => `"${word}"`).join(' ')})`
  const phrase = `${column}${term.isFirst ? '^' : ''}"${term.words.join(' ')}"`
  if (term.isPrefix) return `${phrase} *`
  // Both, so that what has the very word ranks above what merely begins with it.
  return isGoingOn && canGoOn(term) ? `(${phrase} OR ${phrase} *)` : phrase
}

/** A character of a script without spaces is a word of its own; there is nothing left to type. */
function canGoOn({ isOpen, words }: Term): boolean {
  return isOpen && !isUnspaced(words.at(-1)!)
}

function inTitle(query: Query, match: string, isGoingOn: boolean, within: (match: string) => string): string {
  const terms = [...termsOf(query)]
    .filter(
      ({ term, isWanted }) => isWanted && (term.field === null || term.field === 'title' || term.field === 'tags'),
    )
    .map(({ term }) => oneTerm({ ...term, field: null }, isGoingOn))
  if (terms.length === 0) return `"${facets.none}"`
  const title = `{search_title search_tags} : (${terms.join(' OR ')})`
  return within(isAnyOf(query) ? title : `${match} AND ${title}`)
}

/** Whether one wanted word is enough, wherever it is: then a title that has it need not be matched as a whole too. */
function isAnyOf(query: Query): boolean {
  if (query.kind === 'or') return query.parts.every(isAnyOf)
  return query.kind === 'term' && query.term.field === null
}

/**
 * Posts are nearly all there is, so only other kinds are named; and a search within tags must not rank everything
 * that matches to find a few of it.
 */
function narrow(match: string, { kind, tags }: Narrowing): string {
  const ofKind = kind === 'post' ? [] : [`"${facets.kind(kind)}"`]
  const ofTags = tags.slice(0, tagLimit).map((tag) => `"${facets.tag(tag)}"`)
  return [...ofKind, ...(ofTags.length > 0 ? [group(' OR ', ofTags)] : []), match].join(' AND ')
}
