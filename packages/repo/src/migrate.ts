import { type Kysely, sql } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import { RepoError } from './errors.ts'
import type { RepoSchema } from './schema.ts'

/** The repo's own tables come before the application's. */
const ownMigrations: Record<string, Migration> = {
  '000-repo': {
    async up(db) {
      await sql`create table commits (id integer primary key check (id = 1), number integer not null)`.execute(db)
      await sql`insert into commits values (1, 0)`.execute(db)
      await sql`create table changes (topic text primary key, commit_number integer not null) without rowid`.execute(db)
      await sql`create index changes_commit on changes (commit_number)`.execute(db)
    },
  },
}

/** Brings the database to the program's schema, each migration in a transaction of its own. */
export async function migrate(db: Kysely<never>, schema: RepoSchema): Promise<void> {
  const migrations = { ...ownMigrations, ...schema.migrations }
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } })
  await assertNotNewer(db, migrations)
  for (;;) {
    const { error, results } = await migrator.migrateUp()
    if (error) {
      const name = results?.find(({ status }) => status === 'Error')?.migrationName
      const reason = error instanceof Error ? error.message : String(error)
      throw new RepoError('migration_failed', `migration ${name ?? ''} failed: ${reason}`, { cause: error })
    }
    if (!results?.length) return
  }
}

async function assertNotNewer(db: Kysely<never>, migrations: Record<string, Migration>): Promise<void> {
  const table = await sql<{ name: string }>`select name from sqlite_master where name = 'kysely_migration'`.execute(db)
  if (table.rows.length === 0) return
  const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(db)
  const unknown = rows.map(({ name }) => name).filter((name) => !(name in migrations))
  if (unknown.length > 0) {
    throw new RepoError(
      'newer_database',
      `the database is newer than this program: it has the migration ${unknown.at(-1)}, which this release does not know`,
    )
  }
}
