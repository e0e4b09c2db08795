import { z } from 'zod'
import { defineOperation, type RepoSchema } from '../../index.ts'
import { schema as former, type LedgerTables } from './ledger-schema.ts'

/** A later release with an operation that the former one does not know. */
export const countEntries = defineOperation<LedgerTables>()({
  name: 'entries.count',
  version: 1,
  input: z.object({}),
  async run(tx) {
    const { count } = await tx
      .selectFrom('entries')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
    return Number(count)
  },
})

export const schema: RepoSchema = { ...former, operations: [...former.operations, countEntries as never] }
