/**
 * Writes to LiteFS with SQLite alone, none of our code: what the data layer is measured against. Runs on the primary,
 * with its options as JSON in its only argument, and prints how many inserts a second were committed, or how long one
 * took.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import Database from 'better-sqlite3'
import { percentile } from './percentiles.ts'

export interface StockOptions {
  mount: string
  seconds: number
  /**
   * `autocommit`: each insert its own transaction. `grouped`: `size` operations, a savepoint and a kept result each.
   * `single`: as `autocommit`, with a pause after each, so that every one finds the system at rest.
   */
  kind: 'autocommit' | 'grouped' | 'single'
  writers: number
  /** Operations a transaction. */
  size: number
  /** Mounts of nodes that must have a transaction before the next one begins. */
  awaited: string[]
}

const file = 'stock.db'
const options = (isMainThread ? JSON.parse(process.argv[2]!) : workerData) as StockOptions

if (!isMainThread) {
  parentPort!.postMessage(options.kind === 'autocommit' ? autocommit(options) : grouped(options))
} else {
  open(options.mount).exec(`
    create table if not exists numbers (id integer primary key, n integer not null);
    create table if not exists results (key text primary key, result text not null) without rowid;
  `)
  console.log(JSON.stringify(options.kind === 'single' ? await single(options) : await perSecond(options)))
}

async function perSecond({ writers, seconds }: StockOptions): Promise<number> {
  const counts = await Promise.all(Array.from({ length: writers }, () => inThread(options)))
  return counts.reduce((sum, count) => sum + count, 0) / seconds
}

function inThread(settings: StockOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: settings })
    worker.once('message', resolve).once('error', reject)
  })
}

function open(mount: string) {
  const database = new Database(join(mount, file), { timeout: 30_000 })
  database.pragma('journal_mode = wal')
  return database
}

function autocommit({ mount, seconds }: StockOptions): number {
  const insert = open(mount).prepare('insert into numbers (n) values (?)')
  const end = performance.now() + seconds * 1000
  let count = 0
  for (; performance.now() < end; count++) insert.run(count)
  return count
}

/** The median of how long one takes, in milliseconds. */
async function single({ mount, seconds }: StockOptions): Promise<number> {
  const insert = open(mount).prepare('insert into numbers (n) values (?)')
  const end = performance.now() + seconds * 1000
  const took: number[] = []
  while (performance.now() < end) {
    const startedAt = performance.now()
    insert.run(took.length)
    took.push(performance.now() - startedAt)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  return percentile(took, 0.5)
}

/** Group commit as one would write it by hand, without a layer: the ceiling. */
function grouped({ mount, seconds, size, awaited }: StockOptions): number {
  const database = open(mount)
  const find = database.prepare('select result from results where key = ?')
  const insert = database.prepare('insert into numbers (n) values (?)')
  const keep = database.prepare('insert into results values (?, ?)')
  const [savepoint, release] = [database.prepare('savepoint operation'), database.prepare('release operation')]
  const prefix = Date.now().toString(36)
  const commit = database.transaction((first: number) => {
    for (let n = first; n < first + size; n++) {
      // Ordered by time, as the layer's own keys: random ones would touch a page each.
      const key = `${prefix}-${String(n).padStart(12, '0')}`
      if (find.get(key)) continue
      savepoint.run()
      insert.run(n)
      keep.run(key, String(n))
      release.run()
    }
  })
  const end = performance.now() + seconds * 1000
  let count = 0
  for (; performance.now() < end; count += size) {
    commit.immediate(count)
    awaitPosition(mount, awaited)
  }
  return count
}

function awaitPosition(mount: string, others: string[]) {
  if (others.length === 0) return
  const position = positionOf(mount)
  for (const other of others) while (positionOf(other) !== position);
}

function positionOf(mount: string): string {
  return readFileSync(join(mount, `${file}-pos`), 'latin1')
}
