/**
 * The least application that keeps the rules of a write: one group at a time, the position has to move by exactly one,
 * and nothing is acknowledged before the in-sync set has it. `POST /KEY` on the primary, `GET /keys` anywhere.
 */
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import Database from 'better-sqlite3'
import { openGuardClient } from '../../packages/supervisor/src/guard/index.ts'
import { parsePosition } from '../../packages/supervisor/src/guard/position.ts'

const path = process.env.DATABASE!
/** Without a guard it does what an application on stock LiteFS can do: it acknowledges what it committed. */
const guard = process.env.GUARD ? openGuardClient({ socket: process.env.GUARD }) : undefined
let database: Database.Database | undefined
let running: Promise<unknown> = Promise.resolve()

guard?.lease.onChange(async () => {
  await running.catch(() => {})
  if (guard.lease.state.kind === 'draining') guard.lease.drained()
})

createServer(async (request, response) => {
  try {
    const name = request.url!.slice(1)
    response.end(JSON.stringify(request.method === 'POST' ? await write(name) : read(name)))
  } catch (error) {
    response.writeHead(503).end(String((error as Error).message))
  }
}).listen(3000, '127.0.0.1')

async function write(key: string): Promise<{ copies: number }> {
  const group = running.catch(() => {}).then(() => commit(key))
  running = group
  const position = await group
  return guard ? guard.inSyncSet.whenCovered(position, AbortSignal.timeout(20_000)) : { copies: 1 }
}

function read(name: string): unknown {
  if (name === 'keys') return readKeys()
  if (name.startsWith('has/')) return readKeys(name.slice('has/'.length)).length > 0
  return 'here'
}

async function commit(key: string) {
  const state = guard ? guard.lease.state : ({ kind: 'held', term: 'stock' } as const)
  if (state.kind !== 'held') throw new Error(`the lease is ${state.kind}`)
  const open = openToWrite(state.term)
  const before = await readPosition()
  open.transaction(() => {
    if (open.prepare('select 1 from results where key = ?').get(key) === undefined) {
      open.prepare('insert into results (key) values (?)').run(key)
      open.prepare('insert into entries (key) values (?)').run(key)
    }
    // Every group moves the position, an answer from a stored key too: it waits like a fresh write.
    open.prepare('update reign set groups = groups + 1').run()
  })()
  const after = await readPosition()
  if (after.txid !== before.txid + 1n) throw new Error(`unknown: from ${before.txid} to ${after.txid}`)
  return after
}

let openedIn: string | undefined

function openToWrite(term: string): Database.Database {
  if (database && openedIn === term) return database
  database?.close()
  database = new Database(path, { timeout: 1000 })
  database.pragma('journal_mode = wal')
  database.exec(`
    create table if not exists results (key text primary key) without rowid;
    create table if not exists entries (id integer primary key, key text);
    create table if not exists reign (id integer primary key check (id = 1), groups integer);
    insert or ignore into reign values (1, 0);
  `)
  openedIn = term
  return database
}

function readKeys(key?: string): string[] {
  const reader = new Database(path, { readonly: true, timeout: 1000 })
  try {
    const rows =
      key === undefined
        ? reader.prepare('select key from entries order by id')
        : reader.prepare('select key from results where key = ?')
    return rows.pluck().all(...(key === undefined ? [] : [key])) as string[]
  } finally {
    reader.close()
  }
}

async function readPosition() {
  const position = parsePosition((await readFile(`${path}-pos`, 'utf8')).trim())
  if (!position) throw new Error('no position')
  return position
}

process.stdin.on('end', () => process.exit(0)).resume()
