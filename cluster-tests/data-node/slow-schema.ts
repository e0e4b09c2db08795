import { sql } from 'kysely'
import type { RepoSchema } from '../../packages/repo/src/index.ts'
import { schema as base } from './schema.ts'

/** A later release: more migrations, each of which leaves a mark, and takes long enough to be killed in. */
const later = Object.fromEntries(
  ['002-mark', '003-mark', '004-mark'].map((name) => [
    name,
    {
      async up(db: Parameters<RepoSchema['migrations'][string]['up']>[0]) {
        await sql`create table if not exists marks (name text not null)`.execute(db)
        await sql`insert into marks values (${name})`.execute(db)
        await sql`create table ${sql.table(`made_by_${name.slice(0, 3)}`)} (id integer primary key)`.execute(db)
        // About a tenth of a second of SQLite's time.
        await sql`with recursive count (n) as (select 1 union all select n + 1 from count where n < 300000) select max(n) from count`.execute(
          db,
        )
      },
    },
  ]),
)

export const schema: RepoSchema = { ...base, migrations: { ...base.migrations, ...later } }
