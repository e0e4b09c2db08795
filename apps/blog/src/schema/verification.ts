import { defineOperation } from '@atoll/repo'
import { sql } from 'kysely'
import { z } from 'zod'
import type { BlogTables } from './tables.ts'

const define = defineOperation<BlogTables>()

/** Writes rows that `atoll verify` looks for on every node. Nothing that readers see is made from them. */
export const writeVerification = define({
  name: 'verification.write',
  version: 1,
  input: z.object({ run: z.string().max(64), values: z.array(z.string().max(64)).max(100) }),
  async run(tx, { run, values }) {
    await sql`insert into verifications (run, value) select ${run}, value from json_each(${JSON.stringify(values)})
      where true on conflict do nothing`.execute(tx)
  },
})

/** Removes the rows of a run, and those of runs that ended early: `before` is in seconds since 1970. */
export const removeVerification = define({
  name: 'verification.remove',
  version: 1,
  input: z.object({ run: z.string(), before: z.number() }),
  async run(tx, { run, before }) {
    await sql`delete from verifications where run = ${run} or written_at < ${before}`.execute(tx)
  },
})
