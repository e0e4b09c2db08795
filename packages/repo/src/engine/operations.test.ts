import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { Operation } from '../operation.ts'
import { schema as notes } from '../testing/notes-schema.ts'
import { openTestEngines } from '../testing/open-engines.ts'

describe('an operation', () => {
  it('cannot use its transaction when that is over', async () => {
    let later: (() => Promise<unknown>) | undefined
    const leak: Operation<null, void> = {
      name: 'notes.leak',
      version: 1,
      input: z.null(),
      async run(tx) {
        later = () => sql`insert into notes (text) values ('leaked')`.execute(tx)
      },
    }
    const { write, texts } = await openTestEngines({ schema: { ...notes, operations: [leak as never] } })
    await write({ body: { kind: 'operation', name: 'notes.leak', version: 1, input: null } })
    await expect(later!()).rejects.toThrow(/after it had ended: await it/)
    expect(texts()).toEqual([])
  })
})
