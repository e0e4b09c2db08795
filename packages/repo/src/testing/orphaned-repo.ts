import { sql } from 'kysely'
import { openRepo } from '../index.ts'

/** Opens a repo in a process, prints that process's id, and waits to be killed. */
const repo = await openRepo({
  file: process.argv[2]!,
  schema: new URL('./notes-schema.ts', import.meta.url),
  host: 'process',
})
const { rows } = await sql<{ pid: number }>`select pid() as pid`.execute(repo.reader().db)
console.log(rows[0]!.pid)
