import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import SQLite from 'better-sqlite3'
import { CompiledQuery } from 'kysely'
import { createKey, openRepo, type Repo } from '../packages/repo/src/index.ts'
import { addEntry, type LayerTables } from './layer/schema.ts'
import { median } from './load.ts'

const rows = 10_000
const rounds = 7
const operations = { 1: 300, 64: 6400 }
const goals = { read: 30, write: 50 }
const select = 'select id, text from entries where id = ?'
const insert = 'insert into entries (text) values (?)'
const texts = Array.from({ length: rows }, (_, index) => `entry ${index}, of about the length of a title`)

interface Way {
  read?: (id: number) => Promise<unknown>
  write: (text: string) => Promise<unknown>
}

/** What the layer adds to an operation, beside better-sqlite3 by hand doing the same in the same groups. */
export async function bench(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'atoll-bench-'))
  const ways: Record<string, Repo<LayerTables>> = {}
  const schema = new URL('./layer/schema.ts', import.meta.url)
  try {
    for (const host of ['threads', 'process'] as const) {
      ways[host] = await openRepo<LayerTables>({ file: join(folder, `${host}.db`), schema, host })
      for (const text of texts) void ways[host].run(addEntry, { text })
      await ways[host].run(addEntry, { text: 'the last' })
    }
    const byHand = new SQLite(join(folder, 'threads.db'))
    for (const inFlight of [64, 1] as const) {
      for (const kind of ['read', 'write'] as const) await compare({ kind, inFlight, byHand, ways })
    }
    byHand.close()
  } finally {
    for (const repo of Object.values(ways)) await repo.close()
    rmSync(folder, { recursive: true })
  }
}

interface Comparison {
  kind: 'read' | 'write'
  inFlight: 1 | 64
  byHand: SQLite.Database
  ways: Record<string, Repo<LayerTables>>
}

async function compare({ kind, inFlight, byHand, ways }: Comparison): Promise<void> {
  const count = operations[inFlight]
  const taken: Record<string, number[]> = {}
  const keep = (name: string, us: number) => {
    taken[name] ??= []
    taken[name].push(us)
  }
  // In turns, so that what else the machine does falls on all of them.
  for (let round = 0; round < rounds; round++) {
    keep('by hand', timeByHand(byHand, { kind, inFlight, count }))
    for (const [host, repo] of Object.entries(ways)) {
      for (const [name, way] of Object.entries(waysOf(repo))) {
        const { read, write } = way
        if (kind === 'read' && !read) continue
        const act = (index: number) => (kind === 'read' ? read!(1 + (index % rows)) : write(texts[index % rows]!))
        keep(`${host}, ${name}`, await timeOf(act, { inFlight, count }))
      }
    }
  }
  const hand = median(taken['by hand']!)
  console.log(`${kind}, ${inFlight} in flight: by hand ${hand.toFixed(1)} µs; the layer adds`)
  for (const [name, values] of Object.entries(taken)) {
    if (name === 'by hand') continue
    const goal = inFlight === 64 && name === 'threads, as data' ? ` (goal ≤ ${goals[kind]})` : ''
    console.log(`  ${name.padEnd(28)}${(median(values) - hand).toFixed(1)} µs${goal}`)
  }
}

function waysOf(repo: Repo<LayerTables>): Record<string, Way> {
  const { db } = repo.reader()
  const write = (text: string) => repo.run(addEntry, { text })
  return {
    'as data': { read: (id) => db.executeQuery(CompiledQuery.raw(select, [id])), write },
    'built by Kysely': {
      read: (id) => db.selectFrom('entries').select(['id', 'text']).where('id', '=', id).execute(),
      write: (text) =>
        repo.db
          .insertInto('entries')
          .values({ text } as never)
          .execute(),
    },
    'with a key': { write: (text) => repo.run(addEntry, { text }, { key: createKey() }) },
  }
}

function timeByHand(db: SQLite.Database, { kind, inFlight, count }: { kind: string; inFlight: number; count: number }) {
  const [reading, writing] = [db.prepare(select), db.prepare(insert)]
  const group = db.transaction((first: number) => {
    for (let index = first; index < first + inFlight; index++) {
      if (kind === 'read') reading.all(1 + (index % rows))
      else writing.run(texts[index % rows])
    }
  })
  const startedAt = performance.now()
  for (let first = 0; first < count; first += inFlight) {
    if (kind === 'read') group.deferred(first)
    else group.immediate(first)
  }
  return ((performance.now() - startedAt) * 1000) / count
}

async function timeOf(
  act: (index: number) => Promise<unknown>,
  { inFlight, count }: { inFlight: number; count: number },
) {
  let next = 0
  const work = async () => {
    while (next < count) {
      await act(next++)
    }
  }
  const startedAt = performance.now()
  await Promise.all(Array.from({ length: inFlight }, work))
  return ((performance.now() - startedAt) * 1000) / count
}
