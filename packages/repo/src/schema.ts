import type { Migration } from 'kysely/migration'
import type { Operation } from './operation.ts'

export interface RepoMigration extends Pick<Migration, 'up'> {
  /** What the migration does, as text: its SQL. When given, an edit of it after it ran is noticed and refused. */
  text?: string
}

/**
 * What an application keeps in its database: named by a module that exports `schema`, because the threads that
 * hold SQLite load it too.
 */
export interface RepoSchema {
  /** By name; they run in the order of their names, once each, and are never edited afterwards. */
  migrations: Record<string, RepoMigration>
  operations: readonly Operation<never, unknown>[]
  /** Deterministic scalar functions added to every connection, by name. */
  functions?: Record<string, (...args: never[]) => unknown>
}

/** The tables the repo itself keeps; an application's table types extend them. */
export interface RepoTables {
  /** One row. `number` counts the writer's transactions; the epoch is the last one that began. */
  commits: { id: 1; number: number; epoch: number; epoch_id: string }
  /** The last commit that touched each topic. Written by triggers, in the transaction of the data. */
  changes: { topic: string; commit_number: number }
}
