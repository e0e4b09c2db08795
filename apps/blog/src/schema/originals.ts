import { createHash } from 'node:crypto'
import { defineOperation } from '@atoll/repo'
import { type Kysely, sql } from 'kysely'
import { z } from 'zod'
import type { BlogTables } from './tables.ts'

const define = defineOperation<BlogTables>()

/** Every part has so many bytes but the last: small enough for one transaction on a slow disk, and for one request. */
export const partBytes = 256 * 1024

/** How long bytes that no file uses are kept, in seconds: an upload that was interrupted goes on within a day. */
const keptSeconds = 24 * 60 * 60
/** Deleted in one transaction: nobody is to wait long behind it. */
const collectedAtOnce = 20

const partInput = z.object({
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  size: z.number().int().nonnegative(),
  part: z.number().int().nonnegative(),
  bytes: z.custom<Uint8Array>((value) => value instanceof Uint8Array),
})

export type OriginalPart = z.infer<typeof partInput>

export interface KeptOriginals {
  /** Files whose parts are all there but do not have the hash they were sent under: they were thrown away. */
  spoilt: string[]
}

/** Keeps parts of files under the files' hashes, in any order. What is there already stays; the last part proves it. */
export const keepOriginals = define({
  name: 'content.keep_originals',
  version: 1,
  input: z.object({ parts: z.array(partInput), at: z.number() }),
  async run(tx, { parts, at }): Promise<KeptOriginals> {
    for (const { hash, size, part, bytes } of parts) {
      // An upload that was broken off may have announced another size than its bytes have.
      await sql`delete from originals where hash = ${hash} and is_whole = 0 and size <> ${size}`.execute(tx)
      await sql`insert into originals (hash, size, is_whole, kept_at) values (${hash}, ${size}, 0, ${at})
        on conflict (hash) do update set kept_at = excluded.kept_at where is_whole = 0`.execute(tx)
      await sql`insert into original_parts (hash, part, bytes)
        select ${hash}, ${part}, ${bytes} from originals where hash = ${hash} and is_whole = 0
        on conflict do nothing`.execute(tx)
    }
    const spoilt: string[] = []
    for (const hash of new Set(parts.map((part) => part.hash))) {
      if ((await judge(tx, hash)) === 'spoilt') spoilt.push(hash)
    }
    return { spoilt }
  },
})

/** Deletes what neither a file of the content uses nor somebody is sending. */
export const collectOriginals = define({
  name: 'content.collect_originals',
  version: 1,
  /** Seconds since 1970. */
  input: z.object({ now: z.number() }),
  async run(tx, { now }): Promise<{ isDone: boolean }> {
    const { rows } = await sql<{ hash: string }>`delete from originals where hash in (
        select hash from originals where kept_at < ${now - keptSeconds} and hash not in (select hash from sources)
        limit ${collectedAtOnce})
      returning hash`.execute(tx)
    return { isDone: rows.length < collectedAtOnce }
  },
})

/** Looks at a file that may have got its last part. */
async function judge(tx: Kysely<BlogTables>, hash: string): Promise<'whole' | 'waiting' | 'spoilt'> {
  const original = await tx
    .selectFrom('originals')
    .select(['size', 'is_whole'])
    .where('hash', '=', hash)
    .executeTakeFirst()
  if (!original || original.is_whole === 1) return 'whole'
  const parts = tx.selectFrom('original_parts').where('hash', '=', hash)
  const { count } = await parts.select((all) => all.fn.countAll<number>().as('count')).executeTakeFirstOrThrow()
  if (count < countParts(original.size)) return 'waiting'

  const digest = createHash('sha256')
  let size = 0
  for (let part = 0; part < count; part++) {
    const row = await parts.select('bytes').where('part', '=', part).executeTakeFirst()
    if (!row) break
    digest.update(row.bytes)
    size += row.bytes.length
  }
  if (size === original.size && digest.digest('hex') === hash) {
    await tx.updateTable('originals').set({ is_whole: 1 }).where('hash', '=', hash).execute()
    return 'whole'
  }
  await tx.deleteFrom('originals').where('hash', '=', hash).execute()
  return 'spoilt'
}

/** An empty file has one part, an empty one. */
export function countParts(size: number): number {
  return Math.max(1, Math.ceil(size / partBytes))
}

/** A file's bytes as parts. */
export function* partsOf(hash: string, bytes: Uint8Array): Generator<OriginalPart> {
  for (let part = 0; part < countParts(bytes.length); part++) {
    yield { hash, size: bytes.length, part, bytes: bytes.subarray(part * partBytes, (part + 1) * partBytes) }
  }
}
