import { hash } from 'node:crypto'
import { type Kysely, sql } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import { RepoError } from '../errors.ts'
import type { RepoMigration, RepoSchema } from '../schema.ts'
import type { Connection } from './connection.ts'
import { ownMigrations } from './own-tables.ts'

const migrationTable = 'kysely_migration'

interface MigrateOptions {
  db: Kysely<never>
  schema: RepoSchema
  /** A release that is not the newest may become primary; on one machine an older one is a mistake. */
  acceptsNewer: boolean
}

/** Brings the database to the program's schema: in the order of the names, each migration in a transaction of its own. */
export async function migrate({ db, schema, acceptsNewer }: MigrateOptions): Promise<void> {
  await runAll(db, ownMigrations, 'repo_migration')
  const executed = await executedMigrations(db)
  const unknown = executed.filter((name) => !(name in schema.migrations))
  const missing = Object.keys(schema.migrations).filter((name) => !executed.includes(name))
  if (unknown.length > 0 && !(acceptsNewer && missing.length === 0)) {
    throw new RepoError(
      'newer_database',
      `the database is newer than this program: it has the migration ${unknown.at(-1)}, which this release does not know`,
    )
  }
  await assertUnedited(db, schema)
  if (unknown.length === 0) await runAll(db, withTexts(schema.migrations), migrationTable)
}

/** The migrations that this release needs and the database does not have. */
export function missingMigrations(connection: Connection, schema: RepoSchema): string[] {
  const names = Object.keys(schema.migrations).sort()
  const tables = connection
    .prepare<[], string>(`select name from sqlite_master where name in ('${migrationTable}', 'results_floor')`)
    .pluck()
    .all()
  // Without the repo's own tables nothing can be read, not even by a schema of no migrations.
  if (!tables.includes('results_floor')) return ['the tables of the repo', ...names]
  if (!tables.includes(migrationTable)) return names
  const executed = new Set(connection.prepare<[], string>(`select name from ${migrationTable}`).pluck().all())
  return names.filter((name) => !executed.has(name))
}

async function runAll(db: Kysely<never>, migrations: Record<string, Migration>, migrationTableName: string) {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => migrations },
    migrationTableName,
    migrationLockTableName: `${migrationTableName}_lock`,
  })
  // One at a time: Kysely would put all of them into one transaction.
  for (;;) {
    const { error, results } = await migrator.migrateUp()
    if (error) throw migrationError(error, results?.find(({ status }) => status === 'Error')?.migrationName)
    if (!results?.length) return
  }
}

function migrationError(error: unknown, name: string | undefined): RepoError {
  const reason = error instanceof Error ? error.message : String(error)
  if (reason.startsWith('corrupted migrations')) {
    return new RepoError('migration_edited', `the migrations are not those that ran here: ${reason}`, { cause: error })
  }
  return new RepoError('migration_failed', `migration ${name ?? ''} failed: ${reason}`, { cause: error })
}

async function executedMigrations(db: Kysely<never>): Promise<string[]> {
  const table = await sql<{ name: string }>`select name from sqlite_master where name = ${migrationTable}`.execute(db)
  if (table.rows.length === 0) return []
  const { rows } = await sql<{ name: string }>`select name from ${sql.table(migrationTable)} order by name`.execute(db)
  return rows.map(({ name }) => name)
}

/** A migration that gives its text is remembered by it, in its own transaction. */
function withTexts(migrations: Record<string, RepoMigration>): Record<string, Migration> {
  return Object.fromEntries(
    Object.entries(migrations).map(([name, migration]) => [
      name,
      {
        async up(db) {
          await migration.up(db)
          if (migration.text === undefined) return
          await sql`insert into migration_texts values (${name}, ${hash('sha256', migration.text)})`.execute(db)
        },
      } satisfies Migration,
    ]),
  )
}

async function assertUnedited(db: Kysely<never>, { migrations }: RepoSchema): Promise<void> {
  const { rows } = await sql<{ name: string; hash: string }>`select name, hash from migration_texts`.execute(db)
  const edited = rows.find(({ name, hash: former }) => {
    const text = migrations[name]?.text
    return text !== undefined && hash('sha256', text) !== former
  })
  if (edited) throw new RepoError('migration_edited', `migration ${edited.name} was edited after it had run here`)
}
