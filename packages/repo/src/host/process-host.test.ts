import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import SQLite from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hashOf } from '../hash.ts'
import { createKey } from '../key.ts'
import type { ReadAnswer } from '../protocol.ts'
import { eventually } from '../testing/eventually.ts'
import { addNote } from '../testing/open-engines.ts'
import type { DatabaseHost } from './database-host.ts'
import { openProcessHost } from './process-host.ts'

const schemaUrl = new URL('../testing/notes-schema.ts', import.meta.url).href
let folder: string
let output = ''
const open: DatabaseHost[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'process-host-'))
})

afterEach(async () => {
  for (const host of open.splice(0)) await host.close()
  rmSync(folder, { recursive: true })
})

function openHost({ frozenAfterS = 60, isReplicated = false } = {}) {
  const data = { file: join(folder, 'notes.db'), schemaUrl, isReplicated }
  const host = openProcessHost({ ...data, frozenAfterS, onOutput: (text) => (output += text) })
  open.push(host)
  return host
}

async function openNotes({ frozenAfterS = 60, isReplicated = false } = {}) {
  const host = openHost({ frozenAfterS, isReplicated })
  await host.beginReign({ keep: true })
  await host.startReading()
  return host
}

const read = (host: DatabaseHost, sql: string) => host.read({ statements: [{ sql, parameters: [] }] })

async function firstValue(answer: Promise<ReadAnswer>): Promise<unknown> {
  const rows = await answer
  if (rows.kind !== 'rows') throw new Error(JSON.stringify(rows))
  return Object.values(rows.results[0]!.rows[0] as object)[0]
}

/** A statement that SQLite never ends by itself, and never interrupts. */
const endless = 'with recursive c (n) as (select 1 union all select n + 1 from c) select n from c where n < 0'

const pidOf = (host: DatabaseHost) => firstValue(read(host, 'select pid()')) as Promise<number>

describe('a database process', () => {
  it('answers reads and writes as threads do, announces commits, and leaves no trace of itself', async () => {
    const host = await openNotes()
    const topics: string[] = []
    host.onCommit((notice) => topics.push(...notice.topics))
    const written = await host.write({ body: addNote('a') })
    expect(written).toMatchObject({ kind: 'done', value: 1, committed: { token: { commit: 1 } } })
    expect(topics).toEqual(['notes'])
    expect(await firstValue(read(host, 'select text from notes'))).toBe('a')
    expect(await host.isWrite('delete from notes')).toBe(true)

    const pid = await pidOf(host)
    expect(pid).not.toBe(process.pid)
    await host.close()
    expect(isAlive(pid)).toBe(false)
    expect(output).toBe('')
  })

  it('gives back what a large answer needed', async () => {
    const host = await openNotes()
    const heapMb = () => firstValue(read(host, 'select heap_mb()')) as Promise<number>
    await read(host, 'with recursive c (n) as (select 1 union all select n + 1 from c) select n from c limit 300000')
    const before = await heapMb()
    await host.releaseMemory()
    expect(await heapMb()).toBeLessThan(before / 2)
  })

  it.runIf(process.platform === 'linux')('has no writer before a reign is prepared, and has it then', async () => {
    await openNotes()
    const host = openHost()
    await host.startReading()
    const pid = await pidOf(host)
    expect(threadsOf(pid)).not.toContain('repo writer')
    await host.prepareReign()
    expect(threadsOf(pid)).toContain('repo writer')
  })

  it.runIf(process.platform === 'linux')('has a writer at once when it replaces one that had', async () => {
    const host = await openNotes()
    process.kill(await pidOf(host), 'SIGKILL')
    const pid = await pidOf(host)
    await expect.poll(() => threadsOf(pid)).toContain('repo writer')
  })

  it('is replaced when it dies: reads are asked again, and a retry by key finds out about a write', async () => {
    const host = await openNotes()
    const pid = await pidOf(host)
    const body = addNote('written once')
    const request = { body, key: createKey(), hash: hashOf(body) }
    // Stopped first, so that all of this surely waits for its answer when it is killed.
    process.kill(pid, 'SIGSTOP')
    const reading = firstValue(read(host, 'select count(*) from notes'))
    const writing = host.write(request)
    await new Promise(setImmediate)
    process.kill(pid, 'SIGKILL')

    expect(await writing).toMatchObject({ kind: 'failed', error: { code: 'outcome_unknown' } })
    expect(await reading).toEqual(expect.any(Number))
    expect(await pidOf(host)).not.toBe(pid)
    expect(await host.write(request)).toMatchObject({ error: { code: 'not_primary' } })
    await host.beginReign({ keep: true })
    expect(await host.write(request)).toMatchObject({ kind: 'done', value: 1 })
    expect(await host.write(request)).toMatchObject({ found: true })
    expect(await firstValue(read(host, 'select count(*) from notes'))).toBe(1)
  })

  it('tells that it is away, and the commits that were made meanwhile', async () => {
    const host = await openNotes()
    const states: string[] = []
    host.onState(({ kind }) => states.push(kind))
    await host.write({ body: addNote('a') })
    process.kill(await pidOf(host), 'SIGKILL')
    await eventually('unavailable', () => (states.includes('unavailable') ? true : undefined))

    const topics: string[] = []
    host.onCommit((notice) => topics.push(...notice.topics))
    const other = await openNotes()
    await other.write({ body: addNote('by another process') })
    await eventually('its topics', () => (topics.includes('notes') ? true : undefined))
    expect(states.at(-1)).toBe('ready')
  })

  it('is replaced when it hangs', async () => {
    const host = await openNotes({ frozenAfterS: 1 })
    const pid = await pidOf(host)
    process.kill(pid, 'SIGSTOP')
    expect(await eventually('another process', () => pidOf(host))).not.toBe(pid)
    expect(isAlive(pid)).toBe(false)
  })

  it('is ended with a read that holds its transaction for too long, also if it began before, and the others are answered', async () => {
    const host = await openNotes()
    const pid = await pidOf(host)
    const reading = read(host, endless)
    const another = firstValue(read(host, 'select count(*) from notes'))
    host.limitReads(100)
    expect(await reading).toMatchObject({ kind: 'failed', error: { code: 'read_too_long' } })
    expect(await another).toBe(0)
    expect(await pidOf(host)).not.toBe(pid)
  })

  it('is ended where its file system may be gone and its reader hangs, and left alone where it answers', async () => {
    const [idle, hanging] = [await openNotes(), await openNotes()]
    const pids = [await pidOf(idle), await pidOf(hanging)]
    idle.checkFile()
    process.kill(pids[1]!, 'SIGSTOP')
    hanging.checkFile()
    expect(await pidOf(hanging)).not.toBe(pids[1])
    expect(await pidOf(idle)).toBe(pids[0])
  })

  it('is ended where its file system may be gone and its writer hangs', async () => {
    const host = await openNotes()
    await host.write({ body: addNote('a') })
    const other = new SQLite(join(folder, 'notes.db'))
    try {
      // SQLite waits for this lock for five seconds.
      other.exec('begin immediate')
      const writing = host.write({ body: addNote('b') })
      host.checkFile()
      expect(await writing).toMatchObject({ kind: 'failed', error: { code: 'outcome_unknown' } })
    } finally {
      other.close()
    }
  })

  it('opens its file anew when LiteFS does not tell a position there any more', async () => {
    const position = join(folder, 'notes.db-pos')
    writeFileSync(position, '000000000000000a/8000000000000001\n')
    const host = await openNotes({ isReplicated: true })
    expect(await firstValue(read(host, 'select count(*) from notes'))).toBe(0)
    const states: string[] = []
    host.onState(({ kind }) => states.push(kind))
    rmSync(position)
    host.checkFile()
    await eventually('both', () => (states.join() === 'unavailable,ready' ? true : undefined))
  })

  it('does not ask the next one for ever what the former ones hung in', async () => {
    const host = await openNotes({ frozenAfterS: 1 })
    expect(await read(host, endless)).toMatchObject({ kind: 'failed', error: { code: 'read_too_long' } })
  })

  it('ends when whoever started it is killed', async () => {
    const program = new URL('../testing/orphaned-repo.ts', import.meta.url).pathname
    const parent = spawn(process.execPath, [program, join(folder, 'orphan.db')], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    try {
      const pid = Number(await new Promise<Buffer>((resolve) => parent.stdout.once('data', resolve)))
      expect(isAlive(pid)).toBe(true)
      parent.kill('SIGKILL')
      await eventually('the database process ends too', () => (isAlive(pid) ? undefined : true))
    } finally {
      parent.kill('SIGKILL')
    }
  })
})

const threadsOf = (pid: number) =>
  readdirSync(`/proc/${pid}/task`).map((id) => readFileSync(`/proc/${pid}/task/${id}/comm`, 'utf8').trim())

/** A process that nobody waits for is dead too. */
function isAlive(pid: number): boolean {
  const stat = `/proc/${pid}/stat`
  if (existsSync('/proc/self/stat')) return existsSync(stat) && !/\) Z /.test(readFileSync(stat, 'utf8'))
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
