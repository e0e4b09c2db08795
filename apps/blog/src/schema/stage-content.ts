import { defineOperation } from '@atoll/repo'
import { type Kysely, sql } from 'kysely'
import { z } from 'zod'
import { columnList, jsonRows } from './json-rows.ts'
import type { BlogTables } from './tables.ts'

const define = defineOperation<BlogTables>()

/** Which import stages, and the publication it was planned on. */
const importInput = { import: z.string(), base: z.number() }

export const documentColumns = [
  'key',
  'kind',
  'description',
  'summary_html',
  'html',
  'headings',
  'search_title',
  'search_tags',
  'search_description',
  'search_text',
  'facets',
] as const

/** What `posts` and `staged_posts` have in common. */
export const postColumns = [
  'slug',
  'source',
  'document_id',
  'title',
  'summary_hash',
  'is_draft',
  'published_at',
  'listed_at',
  'updated_at',
  'series',
  'series_part',
  'reading_minutes',
  'words',
  'tags',
  'permalinks',
  'image',
] as const

/** Puts finished documents and post rows where no reader looks. Inputs are JSON arrays of rows, `words` of texts. */
export const stageDocuments = define({
  name: 'content.stage_documents',
  version: 1,
  input: z.object({ ...importInput, documents: z.string(), posts: z.string(), words: z.string() }),
  async run(tx, { documents, posts, words, ...current }) {
    await registerImport(tx, current)
    await sql`insert into documents (${columnList(documentColumns)})
      ${jsonRows(documents, documentColumns)} where true on conflict (key) do nothing`.execute(tx)
    await sql`insert or ignore into words select value from json_each(${words})`.execute(tx)

    const ready = [...postColumns.filter((column) => column !== 'document_id'), 'tag_slugs']
    await sql`insert into staged_posts (import, document_id, ${columnList(ready)})
      select ${current.import}, documents.id, ${columnList(ready)}
      from (${jsonRows(posts, [...ready, 'document_key'])}) join documents on documents.key = document_key`.execute(tx)
  },
})

/** Puts the bytes of assets where no reader looks. */
export const stageBlobs = define({
  name: 'content.stage_blobs',
  version: 1,
  input: z.object({
    ...importInput,
    blobs: z.array(
      z.object({
        hash: z.string(),
        content_type: z.string(),
        bytes: z.custom<Uint8Array>((value) => value instanceof Uint8Array),
      }),
    ),
  }),
  async run(tx, { blobs, ...current }) {
    await registerImport(tx, current)
    for (const blob of blobs) {
      await tx
        .insertInto('blobs')
        .values(blob)
        .onConflict((conflict) => conflict.column('hash').doNothing())
        .execute()
    }
  },
})

/** While an import is registered nothing is collected: what it staged would look like garbage. */
async function registerImport(tx: Kysely<BlogTables>, current: { import: string; base: number }): Promise<void> {
  await tx
    .insertInto('imports')
    .values({ id: current.import, base: current.base })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute()
}
