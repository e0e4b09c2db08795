import { setFlagsFromString } from 'node:v8'
import { defaultJavaScriptRegexConstructor } from '@shikijs/engine-javascript'
import type { PatternScanner, RegexEngine, RegexEngineString } from '@shikijs/primitive'
import { translateSimple } from './regex.ts'

type Match = NonNullable<ReturnType<PatternScanner['findNextMatchSync']>>
type Captures = Match['captureIndices']

/** One regular expression of a grammar, and what came of its last search. */
interface Expression {
  search: RegExp
  /** What has the groups, and matches where `search` did; undefined if `search` has them, or if there are none. */
  groups: { source: string; flags: string; compiled?: RegExp } | undefined
  hasIndices: boolean
  /** False for an expression that depends on where a search began. */
  isReusable: boolean
  stringId: number
  searchedFrom: number
  index: number
  end: number
  indices: (readonly [number, number] | undefined)[] | undefined
}

interface NumberedString extends RegexEngineString {
  id: number
}

const absent = 0xffffffff

// V8 polishes the bytecode of an expression before its first run, which takes longer the longer the expression is:
// 40 of the 110 ms until the first TypeScript is coloured. Every expression that runs twice is compiled anyway.
setFlagsFromString('--no-regexp-peephole-optimization')

/**
 * A tokeniser tries a hundred expressions at each place of a line and takes the one that matches first. Three things
 * make this engine faster than the one that Shiki brings: simple expressions are translated in a simple way; they are
 * searched for without their groups, which are looked at only in the one that won; and what a search found is kept
 * with the expression, for all the rules that it is part of.
 */
export function createRegexEngine(): RegexEngine {
  const expressions = new Map<string, Expression | undefined>()
  let strings = 0

  function expressionOf(pattern: string | RegExp): Expression | undefined {
    const key = String(pattern)
    if (!expressions.has(key)) expressions.set(key, translate(key))
    return expressions.get(key)
  }

  return {
    createScanner: (patterns) => createScanner(patterns.map(expressionOf)),
    createString: (content): NumberedString => ({ content, id: ++strings }),
  }
}

function createScanner(expressions: (Expression | undefined)[]): PatternScanner {
  return {
    findNextMatchSync(string, start) {
      const { content, id } = typeof string === 'string' ? { content: string, id: 0 } : (string as NumberedString)
      let best = -1
      let bestIndex = 0
      for (let place = 0; place < expressions.length; place++) {
        const expression = expressions[place]
        if (!expression) continue
        const index = find(expression, content, id, start)
        if (index === -1 || (best !== -1 && index >= bestIndex)) continue
        best = place
        bestIndex = index
        if (index === start) break
      }
      return best === -1 ? null : { index: best, captureIndices: capturesOf(expressions[best]!, content) }
    },
  }
}

function find(expression: Expression, content: string, id: number, start: number): number {
  const { stringId, searchedFrom, index } = expression
  if (stringId === id && id !== 0 && searchedFrom <= start && (index === -1 || index >= start)) return index
  const { search } = expression
  search.lastIndex = start
  const match = search.exec(content)
  expression.stringId = expression.isReusable ? id : 0
  expression.searchedFrom = start
  expression.index = match ? match.index : -1
  expression.end = search.lastIndex
  if (expression.hasIndices) expression.indices = match?.indices as Expression['indices']
  return expression.index
}

function capturesOf(expression: Expression, content: string): Captures {
  const { index, end, groups } = expression
  if (expression.hasIndices) return toCaptures(expression.indices!)
  if (!groups) return [{ start: index, end, length: end - index }]
  groups.compiled ??= new RegExp(groups.source, `dy${groups.flags}`)
  groups.compiled.lastIndex = index
  return toCaptures(groups.compiled.exec(content)!.indices as (readonly [number, number] | undefined)[])
}

function toCaptures(indices: (readonly [number, number] | undefined)[]): Captures {
  const captures: Captures = []
  for (const range of indices) {
    if (range) captures.push({ start: range[0], end: range[1], length: range[1] - range[0] })
    else captures.push({ start: absent, end: absent, length: 0 })
  }
  return captures
}

/** Nothing for an expression that JavaScript cannot have: its grammar does without it. */
function translate(pattern: string): Expression | undefined {
  const none = { stringId: 0, searchedFrom: 0, index: -1, end: 0, indices: undefined }
  const simple = translateSimple(pattern)
  if (simple) {
    const { search, groups, flags } = simple
    return {
      search,
      groups: groups === undefined ? undefined : { source: groups, flags },
      hasIndices: false,
      isReusable: true,
      ...none,
    }
  }
  try {
    const search = defaultJavaScriptRegexConstructor(pattern) as RegExp & { rawOptions?: { strategy?: string | null } }
    const isReusable = !search.sticky && !search.rawOptions?.strategy
    return { search, groups: undefined, hasIndices: true, isReusable, ...none }
  } catch {
    return undefined
  }
}
