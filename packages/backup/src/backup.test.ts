import { spawn } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import SQLite from 'better-sqlite3'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { drillRestore, lastDrill } from './drill.ts'
import { chunkKey, findBackup, keyOf, listBackups } from './manifest.ts'
import { openStore } from './open-store.ts'
import { restoreBackup } from './restore.ts'
import { keepers, pruneBackups } from './retention.ts'
import { clearScratch, saveCopy } from './scratch.ts'
import type { Store } from './store.ts'
import { takeBackup } from './take.ts'
import { missingForS3, type S3Server, startS3Server } from './testing/s3-server.ts'

/** In memory where there is such a folder: everything here waits for the disk. */
const fastest = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()
let home: string
let file: string
let store: Store

beforeEach(() => {
  home = mkdtempSync(join(fastest, 'atoll-backup-'))
  file = join(home, 'atoll.db')
  store = openStore(join(home, 'store'))
  makeDatabase(file, 'a-site')
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

function makeDatabase(path: string, site: string) {
  const database = new SQLite(path)
  database.pragma('journal_mode = WAL')
  database.exec(`create table site_identity (site text); create table notes (id integer primary key, text text)`)
  database.prepare('insert into site_identity values (?)').run(site)
  // Several pieces, none of which shrinks to nothing.
  const insert = database.prepare('insert into notes (text) values (hex(randomblob(500)))')
  database.transaction(() => {
    for (let row = 0; row < 3000; row++) insert.run()
  })()
  database.close()
}

function write(text: string, path = file) {
  const database = new SQLite(path)
  database.prepare('insert into notes (text) values (?)').run(text)
  database.close()
}

function read(path = file): string[] {
  const database = new SQLite(path, { readonly: true })
  const texts = database
    .prepare<[], string>('select text from notes where length(text) < 100 order by id')
    .pluck()
    .all()
  database.close()
  return texts
}

function take(now = new Date(), into = store) {
  return takeBackup({ source: { kind: 'file', file }, store: into, scratch: home, node: 'here', now })
}

const scratches = () => readdirSync(home).filter((name) => name.startsWith('.backup'))
const minutes = (count: number) => new Date(Date.UTC(2026, 10, 27, 12, count))

describe('a backup', () => {
  it('brings a database back as it was', async () => {
    write('kept')
    await take(minutes(0))
    write('lost')
    const { before } = await restoreBackup(file, { store })
    expect(read()).toEqual(['kept'])
    expect(read(before!)).toEqual(['kept', 'lost'])
  })

  it('brings back any time that was kept', async () => {
    for (const text of ['one', 'two', 'three']) {
      write(text)
      await take(minutes(read().length * 10))
    }
    await restoreBackup(file, { store, at: minutes(25) })
    expect(read()).toEqual(['one', 'two'])
    await expect(restoreBackup(file, { store, at: minutes(5) })).rejects.toMatchObject({ code: 'no_backup' })
  })

  it('of a database that hardly changed stores hardly anything, and of an unchanged one nothing', async () => {
    const first = await take(minutes(0))
    expect(first.stored).toBe(first.manifest.chunks.length)
    expect(await take(minutes(1))).toMatchObject({ isUnchanged: true, stored: 0 })
    write('more')
    const third = await take(minutes(2))
    expect(third.stored).toBeLessThanOrEqual(2)
    expect(await listBackups(store)).toHaveLength(2)
  })

  it('that was interrupted is not there, and does not hinder the next one', async () => {
    await take(minutes(0))
    write('more')
    const failing: Store = {
      ...store,
      put: (key, bytes) => (key.startsWith('backups/') ? Promise.reject(new Error('gone')) : store.put(key, bytes)),
    }
    await expect(take(minutes(1), failing)).rejects.toThrow('gone')
    expect(await findBackup(store)).toMatchObject({ at: minutes(0).toISOString() })
    await take(minutes(2))
    await restoreBackup(file, { store })
    expect(read()).toEqual(['more'])
  })

  it('is the newest whatever the clock of the node that took it says', async () => {
    await take(minutes(10))
    write('later')
    const { manifest } = await take(minutes(5))
    expect((await findBackup(store)).at).toBe(manifest.at)
  })

  it('takes a stream of the file as well', async () => {
    write('kept')
    const plain = new SQLite(file)
    plain.pragma('wal_checkpoint(TRUNCATE)')
    plain.close()
    const stream = new Blob([readFileSync(file)]).stream()
    const copy = await saveCopy(stream, home)
    await takeBackup({ source: { kind: 'copy', file: copy }, store, scratch: home, node: 'here' })
    expect(scratches()).toEqual([])
    await restoreBackup(file, { store })
    expect(read()).toEqual(['kept'])
  })

  it('is never put among those of another site', async () => {
    await take()
    rmSync(file)
    makeDatabase(file, 'another-site')
    await expect(take()).rejects.toMatchObject({ code: 'other_site' })
  })
})

describe('clearScratch', () => {
  it('removes what a killed process left, and nothing that a running one needs', async () => {
    const ended = spawn(process.execPath, ['--version'], { stdio: 'ignore' })
    await new Promise((resolve) => ended.once('exit', resolve))
    const names = [`.backup-${ended.pid}-a`, `.backup-${process.pid}-b`, `.backup-${process.ppid}-c`]
    for (const name of names) mkdirSync(join(home, name))
    await clearScratch(home)
    expect(scratches()).toEqual([names[2]])
  })
})

describe('a restore', () => {
  const files = () => readdirSync(home).filter((name) => !name.startsWith('store'))

  it.each([
    ['a piece is missing', (path: string) => rmSync(path)],
    ['a piece was cut short', (path: string) => truncateSync(path, 1000)],
    ['a piece has another bit', (path: string) => writeFileSync(path, flipped(readFileSync(path)))],
  ])('changes nothing and says so where %s', async (_, spoil) => {
    const { manifest } = await take()
    write('newer')
    spoil(join(home, 'store', chunkKey(manifest.chunks[1]!)))
    const before = files()
    await expect(restoreBackup(file, { store })).rejects.toMatchObject({ code: 'damaged' })
    expect(files()).toEqual(before)
    expect(read()).toEqual(['newer'])
  })

  it.each([
    ['no JSON', '{"format":"atoll-ba', 'damaged'],
    ['of another program', '{"format":"other"}', 'not_a_backup'],
    ['of a later release', '{"format":"atoll-backup","version":2}', 'newer_format'],
    ['not whole', '{"format":"atoll-backup","version":1}', 'damaged'],
  ])('refuses a list that is %s', async (_, text, code) => {
    const { manifest } = await take()
    writeFileSync(join(home, 'store', keyOf(manifest)), text)
    await expect(restoreBackup(file, { store })).rejects.toMatchObject({ code })
  })

  it('says what is there when it is no backup', async () => {
    await expect(restoreBackup(file, { store })).rejects.toMatchObject({ code: 'no_backup' })
    await store.put('holiday.jpg', new Uint8Array([1]))
    await expect(restoreBackup(file, { store })).rejects.toMatchObject({ code: 'not_a_backup' })
  })

  it('does not put one site in the place of another, unless it is told to', async () => {
    await take()
    rmSync(file)
    makeDatabase(file, 'another-site')
    write('of the other')
    await expect(restoreBackup(file, { store })).rejects.toMatchObject({ code: 'other_site' })
    expect(read()).toEqual(['of the other'])
    await restoreBackup(file, { store, force: true })
    expect(read()).toEqual([])
  })

  it('waits for nobody: an open database is refused', async () => {
    await take()
    const open = new SQLite(file)
    open.prepare('select count(*) from notes').get()
    await expect(restoreBackup(file, { store })).rejects.toMatchObject({ code: 'in_use' })
    open.close()
    await restoreBackup(file, { store })
  })

  it('takes the place of a database that is broken, with the log it left', async () => {
    write('kept')
    await take()
    writeFileSync(file, 'no database at all, not even a header of one')
    writeFileSync(`${file}-wal`, 'no log either')
    const { before } = await restoreBackup(file, { store })
    expect(read()).toEqual(['kept'])
    expect(readFileSync(before!, 'utf8')).toContain('no database')
  })

  it('leaves the old database whole when it is killed at any moment', async () => {
    write('old')
    await take()
    write('new')
    for (const wait of [60, 120, 200]) {
      const script = `import { restoreBackup } from ${JSON.stringify(join(import.meta.dirname, 'restore.ts'))}
        import { openStore } from ${JSON.stringify(join(import.meta.dirname, 'open-store.ts'))}
        await restoreBackup(${JSON.stringify(file)}, { store: openStore(${JSON.stringify(join(home, 'store'))}) })`
      const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'ignore' })
      const ended = new Promise((resolve) => child.once('exit', resolve))
      const timer = setTimeout(() => child.kill('SIGKILL'), wait)
      await ended
      clearTimeout(timer)
      expect([['old'], ['old', 'new']]).toContainEqual(read())
    }
  })
})

describe('a drill', () => {
  it('proves a backup, and any node can read when', async () => {
    const { manifest } = await take()
    await drillRestore({ store, scratch: home, now: minutes(7) })
    expect(await lastDrill(store)).toMatchObject({ isGood: true, backup: manifest.at, at: minutes(7).toISOString() })
    expect(scratches()).toEqual([])
  })

  it('finds what is damaged, and then the next backup stores all of it again', async () => {
    const { manifest } = await take(minutes(0))
    const chunk = join(home, 'store', chunkKey(manifest.chunks[1]!))
    writeFileSync(chunk, flipped(readFileSync(chunk)))
    expect(await drillRestore({ store, scratch: home })).toMatchObject({
      isGood: false,
      reason: expect.stringContaining('piece'),
    })
    expect((await take(minutes(1))).stored).toBe(manifest.chunks.length)
    expect(await drillRestore({ store, scratch: home })).toMatchObject({ isGood: true })
  })

  it('finds a copy that is not what the backup says it is, although every piece is as it was stored', async () => {
    const { manifest } = await take()
    const forged = { ...manifest, rows: { ...manifest.rows, notes: manifest.rows.notes! + 1 } }
    await store.put(keyOf(manifest), Buffer.from(JSON.stringify(forged)))
    expect(await drillRestore({ store, scratch: home })).toMatchObject({
      isGood: false,
      reason: expect.stringContaining('notes has 3000 rows instead of 3001'),
    })
  })

  it('finds a database that was broken before it was stored', async () => {
    const database = new SQLite(file).unsafeMode()
    database.exec('insert into notes (text) values (null); pragma writable_schema = on')
    database.exec("update sqlite_schema set sql = replace(sql, 'text text', 'text text not null') where name = 'notes'")
    database.close()
    await take()
    expect(await drillRestore({ store, scratch: home })).toMatchObject({
      isGood: false,
      reason: expect.stringContaining('NULL value in notes.text'),
    })
  })

  it('without a backup is a failed one', async () => {
    expect(await drillRestore({ store, scratch: home })).toMatchObject({ isGood: false })
  })
})

describe('retention', () => {
  it('keeps a day of all, a month of days and a year of months, and always the newest', () => {
    const now = new Date('2026-11-27T12:00:00.000Z')
    const hourly = Array.from({ length: 24 * 500 }, (_, hour) =>
      new Date(now.getTime() - hour * 3_600_000).toISOString(),
    )
    const kept = [...keepers(hourly, now)]
    expect(kept.filter((at) => at > '2026-11-26T12')).toHaveLength(24)
    expect(new Set(kept.map((at) => at.slice(0, 10))).size).toBe(30 + 11 - 1)
    expect(kept.toSorted()[0]).toMatch(/^2025-12-31/)
    expect([...keepers(['2001-01-01T00:00:00.000Z'], now)]).toHaveLength(1)
  })

  it('removes pieces that nothing needs, and none that a kept backup has', async () => {
    const old = await take(new Date('2020-01-01T10:00:00Z'))
    write('x'.repeat(50))
    await take(new Date('2020-01-01T11:00:00Z'))
    write('y'.repeat(50))
    await take(new Date('2026-11-27T11:00:00Z'))
    const stale = old.manifest.chunks.map((hash) => join(home, 'store', chunkKey(hash))).filter(existsSync)
    for (const path of stale) utimesSync(path, 1, 1)
    const pruned = await pruneBackups(store, new Date('2026-11-27T12:00:00Z'))
    expect(pruned.backups).toBe(1)
    expect(pruned.chunks).toBeGreaterThan(0)
    for (const { at } of await listBackups(store)) {
      await restoreBackup(join(home, 'elsewhere.db'), { store, at: new Date(at) })
    }
  })
})

const missing = missingForS3()
if (missing && process.env.ATOLL_TEST_EVERYTHING === '1') throw new Error(missing)
describe.skipIf(missing)(`an S3-compatible store${missing ? ` (skipped: ${missing})` : ''}`, () => {
  let server: S3Server
  beforeAll(async () => {
    server = await startS3Server()
  }, 120_000)
  afterAll(() => server.close())

  it('keeps and gives back a backup', async () => {
    const s3 = openStore(`s3://${server.bucket}/some/site`, server.env)
    write('kept')
    await take(minutes(0), s3)
    write('lost')
    await restoreBackup(file, { store: s3 })
    expect(read()).toEqual(['kept'])
    expect(await drillRestore({ store: s3, scratch: home })).toMatchObject({ isGood: true })
    await pruneBackups(s3, minutes(1))
  })

  it('lists more than a page of objects, and only those below its prefix', async () => {
    const [one, other] = ['one', 'other'].map((prefix) => openStore(`s3://${server.bucket}/${prefix}`, server.env))
    await Promise.all(Array.from({ length: 1005 }, (_, index) => one!.put(`chunks/${index}`, new Uint8Array([1]))))
    await other!.put('chunks/x', new Uint8Array([1]))
    expect(await one!.list('chunks/')).toHaveLength(1005)
    expect(await other!.list('')).toMatchObject([{ key: 'chunks/x', size: 1 }])
    await other!.remove('chunks/x')
    expect(await other!.get('chunks/x')).toBeUndefined()
  })

  it('says when the key or the bucket is wrong', async () => {
    const wrongKey = openStore(`s3://${server.bucket}`, { ...server.env, AWS_SECRET_ACCESS_KEY: 'guessed' })
    await expect(wrongKey.put('a', new Uint8Array([1]))).rejects.toMatchObject({
      code: 'store_failed',
      message: expect.stringContaining('403'),
    })
    await expect(openStore('s3://nowhere', server.env).get('a')).rejects.toMatchObject({ code: 'store_failed' })
    expect(() => openStore('s3://bucket', {})).toThrow(expect.objectContaining({ code: 'bad_store' }))
  })
})

function flipped(bytes: Buffer): Buffer {
  bytes[bytes.length >> 1]! ^= 1
  return bytes
}
