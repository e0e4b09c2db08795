import { facets } from './facets.ts'

/** Of each tier, this many are ranked. */
export const rankedLimit = 200

/** When this many have the last word as it stands, those in which it goes on are not looked for. */
const enough = 100

/** What so many documents have says nothing about any of them; bm25() would take long to find that out. */
const common = 1000

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

/**
 * Common table expressions that end in `found (id, tier, score)`: documents that match the values of a `Match`. One
 * that matches by its title is in both tiers; its scores add up, the lowest sum comes first.
 *
 * The work is bounded, however many documents match: counting takes 40 ns a document and stops early, ranking takes
 * a microsecond. Of each tier the newest `rankedLimit` are taken; where most documents match, only tier and time
 * decide.
 */
export const found = `
  as_it_stands as materialized (
    select count(*) as n from (select 1 from documents_fts where documents_fts match :whole limit ${common})
  ),
  wanted as materialized (
    select iif(n < ${enough}, :begun, :whole) as match, n >= ${common} as is_common from as_it_stands
  ),
  found as materialized (
    select * from (
      select rowid as id, 0 as tier, -${titleBonus} as score from titles_fts
      where titles_fts match (select iif(:canMatchByTitle, match, '"${facets.none}"') from wanted)
      order by rowid desc limit ${rankedLimit}
    )
    union all
    select * from (
      select rowid, 1, iif(
        (select is_common from wanted), 0,
        bm25(documents_fts, ${weights}) - iif(${isWordInTitle}, ${wordBonus}, 0)
      ) from documents_fts
      where documents_fts match (select match from wanted)
      order by rowid desc limit ${rankedLimit}
    )
  )`
