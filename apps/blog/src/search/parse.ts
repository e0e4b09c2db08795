import { lex, type Token } from './lex.ts'
import type { Field, Query, Term } from './query.ts'

/** What is longer is cut: nobody types it, and every word costs a look into the index. */
export const limits = { characters: 300, terms: 16, prefixes: 4, brackets: 8 }

/**
 * Reads a search. Every text is a valid one; undefined means that it holds nothing to search for.
 * `NOT` binds to what follows it, `OR` weakest, and words side by side must all be there.
 */
export function parseSearch(input: string): Query | undefined {
  const text = input.slice(0, limits.characters).toWellFormed()
  const tokens = withinLimits(lex(text))
  let position = 0
  const query = readAll()
  return query

  function readAll(): Query | undefined {
    const parts: Query[] = []
    while (position < tokens.length) {
      const part = readOr(null)
      if (part) parts.push(part)
      // A closing bracket that nothing opened.
      if (tokens[position]?.kind === 'close') position++
    }
    return join('and', parts)
  }

  function readOr(field: Field | null): Query | undefined {
    const parts: Query[] = []
    while (position < tokens.length && tokens[position]!.kind !== 'close') {
      const part = readAnd(field)
      if (part) parts.push(part)
      if (tokens[position]?.kind === 'or') position++
    }
    return join('or', parts)
  }

  function readAnd(field: Field | null): Query | undefined {
    const parts: Query[] = []
    while (position < tokens.length && tokens[position]!.kind !== 'close' && tokens[position]!.kind !== 'or') {
      const part = readOne(field)
      if (part) parts.push(part)
    }
    return join('and', parts)
  }

  /** A word, a phrase or a group, with what stands before it. Undefined for an operator that has nothing to join. */
  function readOne(field: Field | null): Query | undefined {
    let isNegated = false
    let current = field
    for (;;) {
      const token = tokens[position]
      switch (token?.kind) {
        case 'not':
          isNegated = !isNegated
          position++
          continue
        case 'field':
          current = token.field
          position++
          continue
        case 'and':
          position++
          return undefined
        case 'term':
          position++
          return negate({ kind: 'term', term: { ...token.term, field: current } }, isNegated)
        case 'open': {
          position++
          const group = readOr(current)
          if (tokens[position]?.kind === 'close') position++
          return group && negate(group, isNegated)
        }
        default:
          return undefined
      }
    }
  }
}

function join(kind: 'and' | 'or', parts: Query[]): Query | undefined {
  const flat = parts.flatMap((part) => (part.kind === kind ? part.parts : [part]))
  return flat.length > 1 ? { kind, parts: flat } : flat[0]
}

function negate(query: Query, isNegated: boolean): Query {
  if (!isNegated) return query
  return query.kind === 'not' ? query.part : { kind: 'not', part: query }
}

/** Drops terms and brackets beyond the limits; a dropped bracket leaves what it held. */
function withinLimits(tokens: Token[]): Token[] {
  let terms = 0
  let prefixes = 0
  let depth = 0
  return tokens.flatMap((token, index): Token[] => {
    switch (token.kind) {
      case 'open':
        return ++depth > limits.brackets ? [] : [token]
      case 'close':
        depth = Math.max(0, depth - 1)
        return depth >= limits.brackets ? [] : [token]
      case 'term':
        return ++terms > limits.terms ? [] : [{ kind: 'term', term: limitPrefixes(token.term, index) }]
      default:
        return [token]
    }
  })

  function limitPrefixes(term: Term, index: number): Term {
    const isPrefix = term.isPrefix && ++prefixes <= limits.prefixes
    return { ...term, isPrefix, isOpen: term.isOpen && index === tokens.length - 1 }
  }
}
