import type { Migration } from 'kysely/migration'
import type { Operation } from './operation.ts'

/**
 * What an application keeps in its database: named by a module that exports `schema`, because the threads that
 * hold SQLite load it too.
 */
export interface RepoSchema {
  /** By name; they run in the order of their names, once each. */
  migrations: Record<string, Migration>
  operations: readonly Operation<never, unknown>[]
  /** Deterministic scalar functions added to every connection, by name. */
  functions?: Record<string, (...args: never[]) => unknown>
}

/** The tables the repo itself keeps; an application's table types extend them. */
export interface RepoTables {
  /** One row. `number` counts the writer's transactions. */
  commits: { id: 1; number: number }
  /** The last commit that touched each topic. Written by triggers, in the transaction of the data. */
  changes: { topic: string; commit_number: number }
}
