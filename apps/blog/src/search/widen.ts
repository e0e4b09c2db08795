import type { Reader } from '@atoll/repo'
import type { BlogTables } from '../schema/tables.ts'
import { statement } from '../statement.ts'
import type { Query, Term } from './query.ts'
import { isUnspaced } from './segment.ts'

/** How many words one word may stand for. */
const completions = 24

/**
 * The same query with its last word as any of the words that begin with it; undefined where there are none. FTS5
 * cannot do this: its index holds stems, and "distributio" is the beginning of no stem.
 */
export async function widenQuery(reader: Reader<BlogTables>, query: Query): Promise<Query | undefined> {
  const last = lastTerm(query)
  if (!last) return undefined
  const beginning = last.words.at(-1)!.toLowerCase()
  const { words } = await reader.snapshot({ words: selectWords({ from: beginning, until: `${beginning}\u{10ffff}` }) })
  if (words.length === 0) return undefined
  const parts = words.map(({ word }): Query => {
    return {
      kind: 'term',
      term: { ...last, words: [...last.words.slice(0, -1), word], isOpen: false, isPrefix: false },
    }
  })
  return replaceTerm(query, last, { kind: 'or', parts })
}

/** The word that may go on: the one that is being typed, or one with a star. */
function lastTerm(query: Query): Term | undefined {
  switch (query.kind) {
    case 'not':
      return undefined
    case 'term': {
      const { isOpen, isPrefix, words } = query.term
      return (isOpen || isPrefix) && !isUnspaced(words.at(-1)!) ? query.term : undefined
    }
    default:
      return query.parts.map(lastTerm).findLast((term) => term !== undefined)
  }
}

function replaceTerm(query: Query, term: Term, replacement: Query): Query {
  switch (query.kind) {
    case 'term':
      return query.term === term ? replacement : query
    case 'not':
      return query
    default:
      return { ...query, parts: query.parts.map((part) => replaceTerm(part, term, replacement)) }
  }
}

const selectWords = statement<{ word: string }, { from: string; until: string }>(
  `select word from words where word >= :from and word < :until order by length(word), word limit ${completions}`,
)
