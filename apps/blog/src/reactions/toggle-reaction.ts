import { defineOperation } from '@atoll/repo'
import { type Kysely, sql } from 'kysely'
import { z } from 'zod'
import type { BlogTables } from '../schema/tables.ts'
import { defaultSite, type Site } from '../site.ts'

const define = defineOperation<BlogTables>()

export type ToggledReaction =
  | { kind: 'toggled'; isOn: boolean; count: number }
  /** There is no such public post, or the site has no such reaction. */
  | { kind: 'refused' }

/** Sets or takes back what one person thinks of a post: once per person and kind, however often it is asked. */
export const toggleReaction = define({
  name: 'reactions.toggle',
  version: 1,
  input: z.object({
    post: z.string().max(200),
    kind: z.string().max(32),
    /** Hash of a random id. */
    person: z.string().min(8).max(64),
    /** What it should be; `other` is what it is not now. */
    wanted: z.enum(['on', 'off', 'other']),
  }),
  async run(tx, { post, kind, person, wanted }): Promise<ToggledReaction> {
    const found = await tx
      .selectFrom('posts')
      .select('id')
      .where('slug', '=', post)
      .where('is_draft', '=', 0)
      .where('listed_at', '<=', sql<string>`strftime('%Y-%m-%dT%H:%M:%SZ', 'now')`)
      .executeTakeFirst()
    const settings = await tx.selectFrom('site').select('settings').executeTakeFirst()
    const { reactions } = { ...defaultSite, ...(settings && (JSON.parse(settings.settings) as Partial<Site>)) }
    if (!found || !reactions.includes(kind)) return { kind: 'refused' }

    const row = { post, kind, person }
    const wasOn = wanted !== 'on' && (await takeBack(tx, row))
    const isOn = wanted === 'on' || (wanted === 'other' && !wasOn)
    if (isOn)
      await tx
        .insertInto('reactions')
        .values(row)
        .onConflict((conflict) => conflict.doNothing())
        .execute()
    const count = await tx
      .selectFrom('reaction_counts')
      .select('count')
      .where('post', '=', post)
      .where('kind', '=', kind)
      .executeTakeFirst()
    return { kind: 'toggled', isOn, count: count?.count ?? 0 }
  },
})

/** Whether it was there. */
async function takeBack(tx: Kysely<BlogTables>, { post, kind, person }: BlogTables['reactions']): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('reactions')
    .where('post', '=', post)
    .where('kind', '=', kind)
    .where('person', '=', person)
    .executeTakeFirstOrThrow()
  return numDeletedRows > 0n
}
