import { defineOperation, type Repo } from '@atoll/repo'
import { sql } from 'kysely'
import { z } from 'zod'
import type { BlogTables } from '../schema/tables.ts'

const define = defineOperation<BlogTables>()

/** Some of what readers gave posts, as a backup has it. */
export const reactionsInput = z
  .array(
    z.object({
      post: z.string().max(200),
      /** Whether these are the first of this post: what else it has goes. */
      begins: z.boolean(),
      given: z.array(z.tuple([z.string().max(32), z.string().min(8).max(64)])),
    }),
  )
  .max(5000)

export type ReactionsOfPost = z.infer<typeof reactionsInput>[number]

/** Gives posts the reactions of a backup in place of theirs. Twice is once. */
export const restoreReactions = define({
  name: 'reactions.restore',
  version: 1,
  input: z.object({ posts: reactionsInput }),
  async run(tx, { posts }) {
    for (const { post, begins, given } of posts) {
      const rows = sql`select value ->> 0 as kind, value ->> 1 as person from json_each(${JSON.stringify(given)})`
      if (begins) {
        await sql`delete from reactions where post = ${post} and (kind, person) not in (${rows})`.execute(tx)
      }
      await sql`insert or ignore into reactions (post, kind, person) select ${post}, kind, person from (${rows})`.execute(
        tx,
      )
    }
  },
})

/** A transaction of this many rows is short, and small enough to be sent to another node. */
const rowsAtOnce = 2000

/** All reactions of a database, in pieces for `restoreReactions`; of posts without any, too. */
export async function* readReactions({ db }: Pick<Repo<BlogTables>, 'db'>): AsyncGenerator<ReactionsOfPost[]> {
  const posts = await db.selectFrom('posts').select('slug').orderBy('slug').execute()
  let piece: ReactionsOfPost[] = []
  let filled = 0
  for (const { slug: post } of posts) {
    const rows = await db.selectFrom('reactions').select(['kind', 'person']).where('post', '=', post).execute()
    const given = rows.map(({ kind, person }): [string, string] => [kind, person])
    for (let from = 0; from === 0 || from < given.length; from += rowsAtOnce) {
      const part = given.slice(from, from + rowsAtOnce)
      if (filled + part.length + 1 > rowsAtOnce && piece.length > 0) {
        yield piece
        piece = []
        filled = 0
      }
      piece.push({ post, begins: from === 0, given: part })
      filled += part.length + 1
    }
  }
  if (piece.length > 0) yield piece
}
