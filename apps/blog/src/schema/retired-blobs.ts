import { sql } from 'kysely'

/**
 * How long the bytes of an asset that was replaced or deleted are kept: pages that are open, feeds that were fetched and
 * copies of pages name them.
 */
const keptDays = 7

/** Hashes of those whose time is over. Some may be in use again. */
const expiredBlobsSql = `select hash from retired_blobs
  where retired_at < strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-${keptDays} days')`

/** Hashes of what assets are made of. */
const usedBlobsSql = "select hash from assets union all select value ->> 'hash' from assets, json_each(assets.variants)"

/** Hashes of what neither an asset nor anybody's memory needs. */
export const unusedBlobsSql = `select hash from blobs where hash not in (${usedBlobsSql})
    and hash not in (select hash from retired_blobs where hash not in (${expiredBlobsSql}))`

export const expiredBlobs = sql.raw<{ hash: string }>(expiredBlobsSql)
export const unusedBlobs = sql.raw<{ hash: string }>(unusedBlobsSql)
export const usedBlobs = sql.raw<{ hash: string }>(usedBlobsSql)
