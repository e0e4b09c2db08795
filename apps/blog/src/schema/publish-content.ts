import { defineOperation } from '@atoll/repo'
import { type Kysely, sql } from 'kysely'
import { z } from 'zod'
import { columnList, jsonRows, jsonValues, updateWhereDifferent } from './json-rows.ts'
import { expiredBlobs, usedBlobs } from './retired-blobs.ts'
import { postColumns } from './stage-content.ts'
import type { BlogTables } from './tables.ts'

const json = z.string()

export const publicationInput = z.object({
  import: z.string(),
  /** The publication this one was planned on. */
  base: z.number(),
  state: z.object({ revision: z.number(), origin: z.string(), renderer: z.string(), imported_at: z.string() }),
  /** Sources whose posts go, unless they are staged again. */
  replacedSources: json,
  /** Sources whose staged posts are not to be published after all. */
  refusedSources: json,
  /** Keys of documents that are not to be published after all. */
  unusedDocuments: json,
  /** Hashes of blobs that are not to be published after all. */
  unusedBlobs: json,
  permalinks: json,
  redirects: json,
  tags: json,
  projects: json,
  projectPositions: json,
  goneProjects: json,
  pages: json,
  gonePages: json,
  assets: json,
  goneAssets: json,
  site: z.string().nullable(),
})

/** Lists are JSON arrays; what is not in them stays as it is. */
export type Publication = z.infer<typeof publicationInput>

export interface Published {
  /** False when another import published since this one was planned. */
  isPublished: boolean
  /** The number of the publication. */
  number: number
  /** What nothing may point to any more. */
  documents: number[]
  blobs: string[]
  /** An earlier import ended early and may have left more. */
  hasLeftovers: boolean
}

type Transaction = Kysely<BlogTables>

/** Makes what was staged the site, all at once. It moves light rows only: bodies and bytes are in place already. */
export const publishContent = defineOperation<BlogTables>()({
  name: 'content.publish',
  version: 1,
  input: publicationInput,
  run: publish,
})

export async function publish(tx: Transaction, input: Publication): Promise<Published> {
  const { number, has_garbage } = await readState(tx)
  if (number !== input.base) {
    return { isPublished: false, number, documents: [], blobs: [], hasLeftovers: false }
  }
  await withdrawRefused(tx, input)
  const garbage = await findReplaced(tx, input)
  const retired = await findRetired(tx, input)
  await publishPosts(tx, input)
  await publishProjects(tx, input)
  await publishPages(tx, input)
  await publishTags(tx, input)
  await publishAssets(tx, input, retired)
  await publishSite(tx, input)
  const hasLeftovers = (await endImports(tx, input)) || has_garbage === 1
  const hasGarbage = hasLeftovers || garbage.documents.length + garbage.blobs.length > 0
  await saveState(tx, input, hasGarbage)
  return { isPublished: true, number: number + 1, ...garbage, hasLeftovers }
}

async function readState(tx: Transaction): Promise<{ number: number; has_garbage: 0 | 1 }> {
  const state = await tx.selectFrom('content_state').select(['number', 'has_garbage']).executeTakeFirst()
  return state ?? { number: 0, has_garbage: 0 }
}

async function withdrawRefused(tx: Transaction, input: Publication) {
  await sql`delete from staged_posts
    where import = ${input.import} and source in ${jsonValues(input.refusedSources)}`.execute(tx)
}

async function findReplaced(tx: Transaction, input: Publication) {
  const staged = sql`(select slug from staged_posts where import = ${input.import})`
  const documents = await sql<{ id: number }>`
    select document_id as id from posts where slug in ${staged} or source in ${jsonValues(input.replacedSources)}
    union select document_id from projects where name in (select value ->> 'name' from json_each(${input.projects}))
      or name in ${jsonValues(input.goneProjects)}
    union select document_id from pages where slug in (select value ->> 'slug' from json_each(${input.pages}))
      or slug in ${jsonValues(input.gonePages)}
    union select id from documents where key in ${jsonValues(input.unusedDocuments)}`.execute(tx)
  const blobs = await sql<{ hash: string }>`
    select value as hash from json_each(${input.unusedBlobs}) union select hash from (${expiredBlobs})`.execute(tx)
  return { documents: documents.rows.map(({ id }) => id), blobs: blobs.rows.map(({ hash }) => hash) }
}

/** Hashes of what is published under names that get something else, or nothing. */
async function findRetired(tx: Transaction, input: Publication): Promise<string> {
  const { rows } = await sql<{ hash: string }>`
    with replaced as (select hash, variants from assets
      where name in (select value ->> 'name' from json_each(${input.assets})) or name in ${jsonValues(input.goneAssets)})
    select hash from replaced union select value ->> 'hash' from replaced, json_each(variants)`.execute(tx)
  return JSON.stringify(rows.map(({ hash }) => hash))
}

async function publishPosts(tx: Transaction, input: Publication) {
  const staged = sql`(select slug from staged_posts where import = ${input.import})`
  await sql`delete from posts
    where source in ${jsonValues(input.replacedSources)} and slug not in ${staged}`.execute(tx)
  await sql`delete from post_tags where post_id in (
    select posts.id from posts join staged_posts staged using (slug)
    where staged.import = ${input.import} and staged.tags is not posts.tags)`.execute(tx)
  await sql`insert into posts (${columnList(postColumns)})
    select ${columnList(postColumns)} from staged_posts where import = ${input.import}
    ${updateWhereDifferent('posts', 'slug', postColumns.slice(1))}`.execute(tx)
  await sql`insert into post_tags (tag, post_id)
    select tag.value, posts.id
    from staged_posts staged join posts using (slug), json_each(staged.tag_slugs) as tag
    where staged.import = ${input.import} order by 1, 2
    on conflict do nothing`.execute(tx)
  await publishPermalinks(tx, input)
  await publishRedirects(tx, input)
}

async function publishPermalinks(tx: Transaction, input: Publication) {
  const staged = sql`(select slug from staged_posts where import = ${input.import})`
  await sql`delete from permalinks where post_slug not in (select slug from posts) or (post_slug in ${staged}
    and path not in (select value ->> 'path' from json_each(${input.permalinks})))`.execute(tx)
  await sql`insert into permalinks (path, post_slug)
    ${jsonRows(input.permalinks, ['path', 'post_slug'])} where true
    ${updateWhereDifferent('permalinks', 'path', ['post_slug'])}`.execute(tx)
}

/** An address that moved twice leads to where it is now; one that is in use again leads nowhere else. */
async function publishRedirects(tx: Transaction, input: Publication) {
  await sql`insert into redirects (from_slug, to_slug)
    ${jsonRows(input.redirects, ['from_slug', 'to_slug'])} where true
    ${updateWhereDifferent('redirects', 'from_slug', ['to_slug'])}`.execute(tx)
  await sql`update redirects set to_slug = moved.to_slug
    from (${jsonRows(input.redirects, ['from_slug', 'to_slug'])}) as moved
    where redirects.to_slug = moved.from_slug`.execute(tx)
  await sql`delete from redirects
    where from_slug in (select slug from posts) or to_slug not in (select slug from posts)`.execute(tx)
}

async function publishProjects(tx: Transaction, input: Publication) {
  const columns = ['source', 'document_id', 'url', 'description', 'tags', 'position']
  const given = sql`(select value ->> 'name' from json_each(${input.projects}))`
  await sql`delete from projects where name in ${jsonValues(input.goneProjects)}`.execute(tx)
  await sql`insert into projects (name, created_at, ${columnList(columns)})
    select name, ${input.state.imported_at}, source, documents.id, url, row.description, tags, position
    from (${jsonRows(input.projects, ['name', 'source', 'document_key', 'url', 'description', 'tags', 'position'])}) as row
    join documents on documents.key = row.document_key where true
    ${updateWhereDifferent('projects', 'name', columns)}`.execute(tx)
  await sql`update projects set position = moved.position
    from (${jsonRows(input.projectPositions, ['name', 'position'])}) as moved
    where projects.name = moved.name and projects.position is not moved.position`.execute(tx)

  await sql`delete from project_tags where project_id in (select id from projects where name in ${given})`.execute(tx)
  await sql`insert into project_tags (tag, project_id)
    select distinct tag.value, projects.id
    from json_each(${input.projects}) as row
    join projects on projects.name = row.value ->> 'name', json_each(row.value, '$.tag_slugs') as tag
    where true`.execute(tx)
}

async function publishPages(tx: Transaction, input: Publication) {
  const columns = ['source', 'document_id', 'title', 'description', 'updated_at']
  await sql`delete from pages where slug in ${jsonValues(input.gonePages)}`.execute(tx)
  await sql`insert into pages (slug, ${columnList(columns)})
    select slug, source, documents.id, title, row.description, updated_at
    from (${jsonRows(input.pages, ['slug', 'source', 'document_key', 'title', 'description', 'updated_at'])}) as row
    join documents on documents.key = row.document_key where true
    ${updateWhereDifferent('pages', 'slug', columns)}`.execute(tx)
}

async function publishTags(tx: Transaction, input: Publication) {
  await sql`insert into tags (slug, label) ${jsonRows(input.tags, ['slug', 'label'])} where true
    ${updateWhereDifferent('tags', 'slug', ['label'])}`.execute(tx)
  await sql`delete from tags where not exists (select 1 from post_tags where tag = tags.slug)
    and not exists (select 1 from project_tags where tag = tags.slug)`.execute(tx)
}

async function publishAssets(tx: Transaction, input: Publication, retired: string) {
  const columns = [
    'source',
    'kind',
    'content_type',
    'hash',
    'size',
    'width',
    'height',
    'lqip',
    'variants',
    'is_external',
  ]
  await sql`delete from assets where name in ${jsonValues(input.goneAssets)}`.execute(tx)
  await sql`insert into assets (name, ${columnList(columns)})
    ${jsonRows(input.assets, ['name', ...columns])} where true
    ${updateWhereDifferent('assets', 'name', columns)}`.execute(tx)
  await sql`insert into retired_blobs (hash, retired_at)
    select hash, ${input.state.imported_at} from blobs
    where hash in ${jsonValues(retired)} and hash not in (${usedBlobs})
    on conflict (hash) do update set retired_at = excluded.retired_at`.execute(tx)
}

async function publishSite(tx: Transaction, { site }: Publication) {
  if (site === null) return
  await sql`insert into site (id, settings) values (1, ${site})
    ${updateWhereDifferent('site', 'id', ['settings'])}`.execute(tx)
}

async function saveState(tx: Transaction, { base, state }: Publication, hasGarbage: boolean) {
  const row = { ...state, number: base + 1, has_garbage: hasGarbage ? 1 : 0 } as const
  await tx
    .insertInto('content_state')
    .values({ id: 1, ...row })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
    .execute()
}

/** All others were planned on what is no longer published, and will not publish. Tells whether there were any. */
async function endImports(tx: Transaction, input: Publication): Promise<boolean> {
  const other = await tx.selectFrom('imports').select('id').where('id', '!=', input.import).executeTakeFirst()
  await tx.deleteFrom('staged_posts').execute()
  await tx.deleteFrom('imports').execute()
  return other !== undefined
}
