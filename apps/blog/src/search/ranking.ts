import { facets } from './facets.ts'

/** Of each tier, this many are ranked. */
export const rankedLimit = 200

/** When this many have the last word as it stands (a page of a list), those in which it goes on are not looked for. */
const enough = 20

/** What so many documents have says nothing about any of them; bm25() would take long to find that out. */
export const common = 2000

/** A word in the title says most about a document; facets say nothing. */
const weights = '10, 6, 3, 1, 0'

/** What it adds that all of the query is in the title and the tags: nothing else comes near it. */
const titleBonus = 100

/**
 * What it adds that one of its words is there. To bm25 a word that half of a small site's posts have is worth nothing,
 * wherever it stands; but it is never worth quite nothing, which tells that it was found.
 */
const wordBonus = 2

const isWordInTitle = 'bm25(documents_fts, 1, 1, 0, 0, 0) < 0'

/** Of a row of `documents_fts` that matches. */
export const score = `bm25(documents_fts, ${weights}) - iif(${isWordInTitle}, ${wordBonus}, 0)`

/** SQLite does not begin what is limited to nothing; a condition that holds for no row it tries on each. */
const rank = (match: string, limit = `${rankedLimit}`) => `
    select rowid as id, iif((select is_common from weighed), 0, ${score}) as score
    from documents_fts where documents_fts match ${match} order by rowid desc limit ${limit}`

/**
 * Common table expressions that end in `found (id, tier, score)`: documents that match the values of a `Match`. One
 * that matches by its title is in both tiers; its scores add up, the lowest sum comes first. Use it in one SELECT: each
 * part of a UNION would find everything again.
 *
 * The work is bounded, however many documents match: ranking one takes a microsecond, and of each tier the newest
 * `rankedLimit` are taken. Before that bm25() walks through all that have each of the words, 40 ns a document. So where
 * nearly everything may match, that is counted first, and then only tier and time decide.
 */
export const found = `
  weighed as materialized (
    select iif(:mayBeCommon, (
      select count(*) from (select 1 from documents_fts where documents_fts match :whole limit ${common})
    ), 0) >= ${common} as is_common
  ),
  as_it_stands as materialized (${rank(':whole')}
  ),
  wanted as materialized (
    select :begun is not :whole and (select count(*) from as_it_stands) < ${enough} as goes_on
  ),
  going_on as materialized (${rank(':begun', `(select iif(goes_on, ${rankedLimit}, 0) from wanted)`)}
  ),
  found as materialized (
    select * from (
      select rowid as id, 0 as tier, -${titleBonus} as score from titles_fts
      where titles_fts match (
        select iif(:canMatchByTitle, iif(goes_on, :begun, :whole), '"${facets.none}"') from wanted
      )
      order by rowid desc limit ${rankedLimit}
    )
    union all select id, 1, score from as_it_stands where not (select goes_on from wanted)
    union all select id, 1, score from going_on
  )`

/** How many were ranked. */
export const seen = '(select sum(tier) from found)'
