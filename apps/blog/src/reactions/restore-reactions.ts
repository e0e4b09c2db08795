import { createHash } from 'node:crypto'
import { defineOperation, type Repo } from '@atoll/repo'
import { type Kysely, sql } from 'kysely'
import { z } from 'zod'
import { publicationInput, publish } from '../schema/publish-content.ts'
import type { BlogTables } from '../schema/tables.ts'

/** What readers gave posts, as a backup has it: a file of JSON that is sent as files of the content are. */
const keptReactions = z.array(
  z.object({
    post: z.string().max(200),
    /** Kind and person; whatever else the post has goes. */
    given: z.array(z.tuple([z.string().max(32), z.string().min(8).max(64)])),
  }),
)

/** A file that was sent beside the content. */
export interface KeptReactions {
  bytes: Uint8Array
  /** SHA-256, hexadecimal. */
  hash: string
}

/** Publishes content, and in the same transaction gives posts the reactions of a backup in place of theirs. */
export const restoreContent = defineOperation<BlogTables>()({
  name: 'content.restore',
  version: 1,
  /** `reactions`: the hash of a whole original. */
  input: z.object({ publication: publicationInput, reactions: z.string() }),
  async run(tx, { publication, reactions }) {
    const published = await publish(tx, publication)
    if (published.isPublished) await replaceReactions(tx, await readText(tx, reactions))
    return published
  },
})

async function readText(tx: Kysely<BlogTables>, hash: string): Promise<string> {
  const parts = tx.selectFrom('original_parts').select('bytes').where('hash', '=', hash).orderBy('part')
  const text = Buffer.concat((await parts.execute()).map(({ bytes }) => bytes)).toString()
  keptReactions.parse(JSON.parse(text))
  return text
}

async function replaceReactions(tx: Kysely<BlogTables>, text: string): Promise<void> {
  const posts = sql`select value ->> 'post' from json_each(${text})`
  const rows = sql`select kept.value ->> 'post' as post, given.value ->> 0 as kind, given.value ->> 1 as person
    from json_each(${text}) as kept, json_each(kept.value, '$.given') as given`
  await sql`delete from reactions where post in (${posts}) and (post, kind, person) not in (${rows})`.execute(tx)
  await sql`insert or ignore into reactions (post, kind, person) ${rows}`.execute(tx)
}

/** All reactions of a database, for `restoreContent`; of posts without any, too. */
export async function readReactions({ db }: Pick<Repo<BlogTables>, 'db'>): Promise<KeptReactions> {
  const posts = await db.selectFrom('posts').select('slug').orderBy('slug').execute()
  const all: z.infer<typeof keptReactions> = []
  for (const { slug: post } of posts) {
    const rows = await db.selectFrom('reactions').select(['kind', 'person']).where('post', '=', post).execute()
    all.push({ post, given: rows.map(({ kind, person }) => [kind, person]) })
  }
  const bytes = Buffer.from(JSON.stringify(all))
  return { bytes, hash: createHash('sha256').update(bytes).digest('hex') }
}
