import { facets } from './facets.ts'
import { type Field, type Query, type Term, termsOf } from './query.ts'
import { isUnspaced } from './segment.ts'

/** Expressions for FTS5's MATCH. What a reader typed is in them as quoted letters and digits only. */
export interface Match extends Record<string, string | number> {
  /** With the last word as it stands. */
  whole: string
  /** With the last word going on; the same as `whole` where it cannot. */
  begun: string
  /** 1: a document whose title and tags match does so as a whole. */
  canMatchByTitle: 0 | 1
  /** 1: nearly every document may match, or ranking takes long for another reason. */
  mayBeCommon: 0 | 1
}

/** An address has room for thousands. */
const tagLimit = 32

interface Narrowing {
  /** `site`: all of them. */
  kind: 'post' | 'project' | 'site'
  /** Slugs; documents with any of them. */
  tags: readonly string[]
}

export function toMatch(query: Query, narrowing: Narrowing): Match {
  return {
    whole: narrow(expression(query, false), narrowing),
    begun: narrow(expression(query, true), narrowing),
    canMatchByTitle: canMatchByTitle(query) ? 1 : 0,
    mayBeCommon: mayBeCommon(query) ? 1 : 0,
  }
}

/** What else than posts matches, with the last word going on. */
export function matchOthers(query: Query): string {
  return `(${group(
    ' OR ',
    (['page', 'project'] as const).map((kind) => `"${facets.kind(kind)}"`),
  )} AND ${expression(query, true)})`
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

/** Not if something must be elsewhere, or must not be anywhere. */
function canMatchByTitle(query: Query): boolean {
  return [...termsOf(query)].every(({ term: { field }, isWanted }) => {
    return isWanted && (field === null || field === 'title' || field === 'tags')
  })
}

/** Two or three words that must all be there are seldom common, and counting would take as long as ranking. */
function mayBeCommon(query: Query): boolean {
  const terms = query.kind === 'and' ? query.parts.length : 1
  return terms < 2 || terms > 3 || (query.kind === 'and' && query.parts.some(({ kind }) => kind !== 'term'))
}

/**
 * Posts are nearly all there is, so only other kinds are named; and a search within tags must not rank everything
 * that matches to find a few of it.
 */
function narrow(match: string, { kind, tags }: Narrowing): string {
  const ofKind = kind === 'project' ? [`"${facets.kind(kind)}"`] : []
  const ofTags = tags.slice(0, tagLimit).map((tag) => `"${facets.tag(tag)}"`)
  return [...ofKind, ...(ofTags.length > 0 ? [group(' OR ', ofTags)] : []), match].join(' AND ')
}
