import { defineOperation } from '@atoll/repo'
import { sql } from 'kysely'
import { z } from 'zod'
import { columnList, jsonRows, jsonValues, updateWhereDifferent } from './json-rows.ts'
import { expiredBlobs, unusedBlobs } from './retired-blobs.ts'
import type { BlogTables } from './tables.ts'

const define = defineOperation<BlogTables>()

/**
 * Remembers what files were like when they were imported. It may come later than the publication, or never: a file
 * that is not remembered is read again, and turns out to be what is published.
 */
export const recordSources = define({
  name: 'content.record_sources',
  version: 1,
  /**
   * JSON arrays: `sources` of rows, `touched` of paths and signatures of files whose bytes are the same, `gone` of
   * paths. `number` is the publication they belong to.
   */
  input: z.object({ number: z.number(), sources: z.string(), touched: z.string(), gone: z.string() }),
  async run(tx, { number, sources, touched, gone }) {
    const state = await tx.selectFrom('content_state').select('number').executeTakeFirst()
    if ((state?.number ?? 0) !== number) return
    const columns = ['kind', 'signature', 'hash', 'problems', 'depends_on']
    await sql`delete from sources where path in ${jsonValues(gone)}`.execute(tx)
    await sql`insert into sources (path, ${columnList(columns)})
      ${jsonRows(sources, ['path', ...columns])} where true
      ${updateWhereDifferent('sources', 'path', columns)}`.execute(tx)
    await sql`update sources set signature = touched.signature
      from (${jsonRows(touched, ['path', 'signature'])}) as touched where sources.path = touched.path`.execute(tx)
  },
})

/** Deletes those of the given documents and blobs that nothing needs; `isLast`: and there are no more. */
export const collectGarbage = define({
  name: 'content.collect_garbage',
  version: 1,
  input: z.object({ documents: z.array(z.number()), blobs: z.array(z.string()), isLast: z.boolean() }),
  async run(tx, { documents, blobs, isLast }) {
    const staging = await tx.selectFrom('imports').select('id').executeTakeFirst()
    if (staging) return
    await sql`delete from documents where id in ${jsonValues(JSON.stringify(documents))}
      and not exists (select 1 from posts where document_id = documents.id)
      and not exists (select 1 from projects where document_id = documents.id)
      and not exists (select 1 from pages where document_id = documents.id)`.execute(tx)
    await sql`delete from blobs
      where hash in ${jsonValues(JSON.stringify(blobs))} and hash in (${unusedBlobs})`.execute(tx)
    if (!isLast) return
    await sql`delete from retired_blobs where hash in (${expiredBlobs}) and hash not in (${unusedBlobs})`.execute(tx)
    await tx.updateTable('content_state').set({ has_garbage: 0 }).execute()
  },
})
