import { randomBytes } from 'node:crypto'
import type { Committed } from '../protocol.ts'
import type { Token } from '../token.ts'
import { type Connection, openConnection } from './connection.ts'
import type { EngineOptions } from './engine.ts'
import { type Groups, openGroups } from './group.ts'
import { localKysely } from './local-kysely.ts'
import { migrate } from './migrate.ts'
import { openOperations } from './operations.ts'
import { keepStatements } from './statements.ts'
import { readState, watchState } from './watch-state.ts'

/** After this many changed rows the planner looks again at how the tables are filled. */
const rowsUntilAnalysis = 2000
/** `PRAGMA optimize` for every table that needs it, with SQLite's own bound on the work. */
const analyseAllTables = 0x10002

/** The writer's connection, while this node is the primary. */
export interface Reign {
  /** Where it began. */
  readonly begun: Committed
  run: Groups['run']
  /** For when nobody waits: lets the planner look at what has changed. */
  rest(): void
  /** Gives back the pages that the last writes needed. */
  shrink(): void
  close(): void
}

/** Opens the writer, brings the schema up to date, and begins an epoch, or goes on with the last one. */
export async function beginReign({ keep, ...options }: EngineOptions & { keep: boolean }): Promise<Reign> {
  const { file, schema, readPosition } = options
  const connection = openConnection(file, schema, { mode: 'write', isReplicated: readPosition !== undefined })
  try {
    await migrateOn(connection, { schema, acceptsNewer: !keep })
    forgetSamples(connection)
    const { epoch, commit } = enterEpoch(connection, keep)
    return reignOn(connection, { epoch, commit }, options)
  } catch (error) {
    connection.close()
    throw error
  }
}

function migrateOn(connection: Connection, options: Pick<Parameters<typeof migrate>[0], 'schema' | 'acceptsNewer'>) {
  const db = localKysely({
    // Not kept: a schema statement runs once. Not checked: a migration is the program's own.
    execute({ sql, parameters }) {
      const prepared = connection.prepare<unknown[]>(sql)
      if (prepared.reader) return { rows: prepared.all(...parameters) }
      return { rows: [], ...prepared.run(...parameters) }
    },
    transactions: {
      begin: () => void connection.exec('BEGIN IMMEDIATE'),
      commit: () => void connection.exec('COMMIT'),
      rollback: () => void connection.exec('ROLLBACK'),
    },
  })
  return migrate({ db, ...options })
}

/**
 * Keeps counts of the planner's statistics and no sample values. With samples SQLite compares them with what is bound,
 * and so compiles a statement again each time it runs: FTS5's own, for every word it looks up, too.
 */
function forgetSamples(connection: Connection) {
  connection.exec('drop table if exists sqlite_stat4')
}

/** A row of `epochs` says from which commit on this primary's numbers hold; it takes no number itself. */
function enterEpoch(connection: Connection, keep: boolean): Token {
  connection.exec('BEGIN IMMEDIATE')
  const last = readState(connection).current()
  if (keep && last) {
    connection.exec('COMMIT')
    return last
  }
  const commit = connection.prepare<[], number>('select number from commits').pluck().get()!
  const epoch = { number: (last?.epoch.number ?? 0) + 1, id: randomBytes(8).toString('hex') }
  connection.prepare('insert into epochs values (?, ?, ?)').run(epoch.number, epoch.id, commit + 1)
  connection.prepare('update commits set epoch = ?, epoch_id = ?').run(epoch.number, epoch.id)
  connection.exec('COMMIT')
  return { epoch, commit }
}

function reignOn(connection: Connection, token: Token, { schema, readPosition }: EngineOptions): Reign {
  const operations = openOperations(schema, keepStatements(connection))
  const watch = watchState(connection, readState(connection))
  watch.seeFrom(token)
  const groups = openGroups({ connection, epoch: token.epoch, operations, watch, readPosition })
  const totalChanges = connection.prepare<[], number>('select total_changes()').pluck()
  let analysedAt = 0
  // LiteFS may have been started again since the last reign.
  const position = readPosition?.({ anew: true })

  return {
    begun: position ? { token, position } : { token },
    run: groups.run,
    /** Without statistics SQLite guesses, and a join over ten thousand rows can take a hundred times as long. */
    rest() {
      const changed = totalChanges.get()!
      if (changed - analysedAt < rowsUntilAnalysis) return
      analysedAt = changed
      connection.pragma(`optimize = ${analyseAllTables}`)
      forgetSamples(connection)
      groups.forgetPosition()
    },
    shrink: () => void connection.pragma('shrink_memory'),
    close() {
      // On LiteFS the file is another's by now: this would be a write.
      if (!readPosition) {
        connection.pragma('optimize')
        forgetSamples(connection)
      }
      connection.close()
    },
  }
}
