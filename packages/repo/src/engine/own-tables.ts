import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** The repo's own tables. They are there before the application's migrations run, whose triggers name `commits`. */
export const ownTables = ['commits', 'changes', 'epochs', 'results', 'results_floor', 'migration_texts'] as const

/** In the order of their names; one that has landed is never edited. */
export const ownMigrations: Record<string, Migration> = {
  '000-repo': {
    // The first release kept these as one of the application's migrations: what it made is taken over.
    async up(db) {
      await run(db, [
        'create table if not exists commits (id integer primary key check (id = 1), number integer not null)',
        'insert into commits values (1, 0) on conflict do nothing',
        'create table if not exists changes (topic text primary key, commit_number integer not null) without rowid',
        'create index if not exists changes_commit on changes (commit_number)',
      ])
      const { rows } = await sql`select 1 from sqlite_master where name = 'kysely_migration'`.execute(db)
      if (rows.length > 0) await run(db, ["delete from kysely_migration where name = '000-repo'"])
    },
  },
  '001-epochs': {
    up: (db) =>
      run(db, [
        'create table epochs (number integer primary key, id text not null, first_commit integer not null)',
        'alter table commits add column epoch integer not null default 0',
        "alter table commits add column epoch_id text not null default ''",
      ]),
  },
  '002-results': {
    up: (db) =>
      run(db, [
        // No index beside the key: a group writes to the last pages only, because keys grow with time.
        `create table results (
          key blob primary key, hash blob not null, is_failure integer not null, outcome text not null
        ) without rowid`,
        'create table results_floor (id integer primary key check (id = 1), key blob not null)',
        'insert into results_floor values (1, zeroblob(16))',
        'create table migration_texts (name text primary key, hash text not null) without rowid',
      ]),
  },
}

async function run(db: Kysely<unknown>, statements: string[]): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}
