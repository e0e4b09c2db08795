import type { Reader } from '@atoll/repo'
import type { BlogTables } from '../schema/tables.ts'
import { isPublic, statement } from '../statement.ts'
import { matchTerm, toMatch } from './match.ts'
import { parseSearch } from './parse.ts'
import { type Query, type Term, termsOf } from './query.ts'
import { isUnspaced } from './segment.ts'

interface SuggestOptions {
  kind: 'post' | 'project' | 'site'
  /** Slugs. */
  tags: readonly string[]
  /** What `query` was parsed from. */
  input: string
  now: string
}

/** How many words are looked at, and how many are tried in place of each. */
const limits = { words: 6, candidates: 5 }

/** What the reader may have meant by a query that finds nothing: one near it that finds something. */
export async function suggestQuery(
  reader: Reader<BlogTables>,
  query: Query,
  { kind, tags, input, now }: SuggestOptions,
): Promise<string | undefined> {
  const words = wordsOf(query, input)
  const counts = await countAll(words.map(({ term, word }) => matchTerm({ ...term, words: [word], isNear: false })))
  const mistyped = await findNear(words.filter((_, index) => counts[index] === 0))
  return pickFinding(rewrite(input, mistyped))

  async function findNear(unknown: Word[]): Promise<Mistyped[]> {
    if (unknown.length === 0) return []
    const near = await reader.snapshot(byIndex(unknown.map(({ word }) => selectNear(nearValues(word)))))
    return unknown.flatMap((word, index) => (near[index]!.length > 0 ? [{ ...word, near: near[index]! }] : []))
  }

  /** The nearest that finds anything; of several equally near, the one that finds most. */
  async function pickFinding(rewritten: Rewritten[]): Promise<string | undefined> {
    const matches = rewritten.map(({ text }) => toMatch(parseSearch(text)!, { kind, tags }).whole)
    const counts = await countAll(matches)
    return rewritten
      .map((candidate, index) => ({ ...candidate, count: counts[index]! }))
      .filter(({ count }) => count > 0)
      .sort((a, b) => a.distance - b.distance || b.count - a.count)[0]?.text
  }

  async function countAll(matches: string[]): Promise<number[]> {
    if (matches.length === 0) return []
    const found = await reader.snapshot(byIndex(matches.map((match) => countBy[kind]({ match, now }))))
    return matches.map((_, index) => found[index]![0]!.n)
  }
}

interface Word {
  word: string
  term: Term
  /** Where it stands in the input. */
  start: number
}

type Mistyped = Word & { near: { word: string; distance: number }[] }

interface Rewritten {
  text: string
  distance: number
}

/** Words that a reader may have mistyped, in the order they stand. */
function wordsOf(query: Query, input: string): Word[] {
  const words = [...termsOf(query)].flatMap(({ term, isWanted }) => {
    if (!isWanted || term.isPrefix) return []
    const typed = input.slice(term.start, term.end)
    return term.words
      .filter((word) => word.length > 2 && !isUnspaced(word) && typed.includes(word))
      .map((word) => ({ word, term, start: term.start + typed.indexOf(word) }))
  })
  return words.slice(0, limits.words)
}

/** With one word wrong, all that are near it are tried; with several, the nearest ones together. */
function rewrite(input: string, mistyped: Mistyped[]): Rewritten[] {
  const [only, ...others] = mistyped
  if (!only) return []
  const attempts = others.length > 0 ? [mistyped.map(({ near }) => near[0]!)] : only.near.map((near) => [near])
  return attempts.map((replacements) => {
    let text = input
    // From the end, so that the places of the others stay right.
    for (const [index, { word, start }] of [...mistyped.entries()].reverse()) {
      text = text.slice(0, start) + replacements[index]!.word + text.slice(start + word.length)
    }
    return { text, distance: replacements.reduce((sum, { distance }) => sum + distance, 0) }
  })
}

/**
 * One of the first two letters is right most of the time: swapped, or with one too many before it. Where the first is
 * wrong or missing, the next two are right most of the time.
 */
function nearValues(typed: string) {
  const word = typed.toLowerCase()
  const limit = word.length < 5 ? 1 : 2
  const [first, second, third] = word
  return {
    word,
    limit,
    first: first!,
    second: second!,
    afterMissing: first! + second!,
    afterWrong: second! + third!,
    shortest: word.length - limit,
    longest: word.length + limit,
  }
}

function byIndex<T>(items: T[]): Record<string, T> {
  return Object.fromEntries(items.map((item, index) => [index, item]))
}

const selectNear = statement<{ word: string; distance: number }, ReturnType<typeof nearValues>>(
  `with candidates as materialized (
    select word from words where word >= :first and word < :first || char(1114111)
    union select word from words where word >= :second and word < :second || char(1114111)
    union select word from words where substr(word, 2) >= :afterMissing and substr(word, 2) < :afterMissing || char(1114111)
    union select word from words where substr(word, 2) >= :afterWrong and substr(word, 2) < :afterWrong || char(1114111)
  ), measured as materialized (
    select word, search_distance(word, :word, :limit) as distance
    from candidates where length(word) between :shortest and :longest
  )
  select word, distance from measured where distance <= :limit
  order by distance, abs(length(word) - length(:word)), word limit ${limits.candidates}`,
)

// More than a thousand is as good as a thousand.
const countPosts = statement<{ n: number }, { match: string; now: string }>(
  `select count(*) as n from (
    select 1 from documents_fts cross join posts on document_id = documents_fts.rowid
    where documents_fts match :match and ${isPublic} limit 1000
  )`,
)

const countProjects = statement<{ n: number }, { match: string; now: string }>(
  `select count(*) as n from (
    select 1 from documents_fts cross join projects on document_id = documents_fts.rowid
    where documents_fts match :match limit 1000
  )`,
)

const countEverything = statement<{ n: number }, { match: string; now: string }>(
  `select count(*) as n from (
    select 1 from documents_fts where documents_fts match :match and (
      exists (select 1 from posts where document_id = documents_fts.rowid and ${isPublic})
      or documents_fts.rowid in (select document_id from projects union all select document_id from pages)
    ) limit 1000
  )`,
)

const countBy = { post: countPosts, project: countProjects, site: countEverything }
