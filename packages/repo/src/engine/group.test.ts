import { describe, expect, it } from 'vitest'
import { hashOf } from '../hash.ts'
import { createKey } from '../key.ts'
import type { Position } from '../protocol.ts'
import { schema } from '../testing/notes-schema.ts'
import { addNote, openTestEngines } from '../testing/open-engines.ts'
import { openConnection } from './connection.ts'
import { openGroups } from './group.ts'
import { openOperations } from './operations.ts'
import { keepStatements } from './statements.ts'
import { readState, watchState } from './watch-state.ts'

describe('a COMMIT that fails', () => {
  /** One group on LiteFS, whose commit ends with this code of SQLite; LiteFS moves by so much nevertheless. */
  async function failCommit(code: string, moves = 0n) {
    const { file, beginReign, tell } = await openTestEngines()
    const { token } = await beginReign()
    await tell({ kind: 'end_reign' })
    const connection = openConnection(file, schema, { mode: 'write', isReplicated: false })
    let position: Position = { txid: 10n, checksum: 'a'.repeat(16) }
    const prepare = connection.prepare.bind(connection)
    connection.prepare = ((sql: string) =>
      sql === 'COMMIT'
        ? {
            run() {
              position = { ...position, txid: position.txid + moves }
              throw Object.assign(new Error('the disk says no'), { code, name: 'SqliteError' })
            },
          }
        : prepare(sql)) as typeof connection.prepare
    const groups = openGroups({
      ...{ connection, epoch: token.epoch, readPosition: () => position },
      operations: openOperations(schema, keepStatements(connection)),
      watch: watchState(connection, readState(connection)),
    })
    const body = addNote('a')
    const { answers } = await groups.run([{ body, key: createKey(), hash: hashOf(body) }])
    connection.close()
    return answers
  }

  it('is of unknown outcome, unless SQLite says that it was rolled back', async () => {
    expect(await failCommit('SQLITE_IOERR_WRITE')).toMatchObject([{ error: { code: 'outcome_unknown' } }])
    const [answer] = await failCommit('SQLITE_BUSY')
    expect(answer).toMatchObject({ kind: 'failed' })
    expect(answer).not.toMatchObject({ error: { code: 'outcome_unknown' } })
  })

  it('is of unknown outcome when LiteFS has moved, whatever SQLite says', async () => {
    expect(await failCommit('SQLITE_BUSY', 1n)).toMatchObject([{ error: { code: 'outcome_unknown' } }])
  })
})
