import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import SQLite from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Findings, JobOptions } from './job.ts'
import { type BackupSchedule, type ScheduleOptions, scheduleBackups } from './schedule.ts'

const hour = 3_600_000

describe('scheduleBackups', () => {
  let clock: number
  let done: string[]
  let findings: Findings
  let broken: string | undefined
  let schedule: BackupSchedule

  beforeEach(() => {
    clock = Date.parse('2026-11-27T12:00:00Z')
    done = []
    findings = {}
    broken = undefined
  })
  afterEach(() => schedule.close())

  async function perform({ job }: JobOptions): Promise<Findings> {
    if (broken) throw new Error(broken)
    if (job.kind !== 'look') done.push(job.kind)
    const at = new Date(clock).toISOString()
    if (job.kind === 'take') findings = { ...findings, backup: { at, bytes: 1, node: job.node } }
    if (job.kind === 'drill') findings = { ...findings, drill: { at, isGood: true, durationMs: 1 } }
    return findings
  }

  function start(options: Partial<ScheduleOptions> = {}) {
    schedule = scheduleBackups({
      address: 'nowhere',
      source: async () => ({ kind: 'file', file: 'none' }),
      scratch: '/',
      node: 'here',
      isOurs: () => true,
      perform,
      now: () => clock,
      tickMs: 1,
      ...options,
    })
  }

  /** Lets time pass, until nothing more is due at its end. */
  async function pass(ms: number) {
    clock += ms
    const before = done.length
    await expect
      .poll(() => done.length, { timeout: 200 })
      .toBeGreaterThan(before)
      .catch(() => {})
    await new Promise((resolve) => setTimeout(resolve, 20))
  }

  it('begins with a backup and a drill, then takes one each hour and tries one each day', async () => {
    start()
    await expect.poll(() => done).toEqual(['take', 'drill'])
    await pass(hour)
    expect(done).toEqual(['take', 'drill', 'take'])
    await pass(23 * hour)
    await expect.poll(() => done.toSorted()).toEqual(['drill', 'drill', 'take', 'take', 'take'])
  })

  it('takes one soon after a change, and not one for each', async () => {
    start()
    await expect.poll(() => done).toEqual(['take', 'drill'])
    for (let change = 0; change < 100; change++) schedule.touch()
    await pass(301_000)
    expect(done).toEqual(['take', 'drill', 'take'])
    await pass(301_000)
    expect(done).toHaveLength(3)
  })

  it('does nothing where another node does, and sees what that one did', async () => {
    findings = { backup: { at: '2026-11-27T11:59:00.000Z', bytes: 1, node: 'there' } }
    start({ isOurs: () => false })
    await expect.poll(() => schedule.state.backup?.node).toBe('there')
    await pass(48 * hour)
    expect(done).toEqual([])
  })

  it('does not begin with one when there is a young one already', async () => {
    findings = {
      backup: { at: '2026-11-27T11:59:00.000Z', bytes: 1, node: 'there' },
      drill: { at: '2026-11-27T11:59:00.000Z', isGood: true, durationMs: 1 },
    }
    start()
    await pass(60_000)
    expect(done).toEqual([])
  })

  it('says what failed, and tries again', async () => {
    broken = 'the store is gone'
    start()
    await expect.poll(() => schedule.state.failure?.reason).toBe('the store is gone')
    broken = undefined
    await pass(2000)
    await expect.poll(() => done).toContain('take')
    expect(schedule.state.failure).toBeUndefined()
  })
})

describe('a scheduled backup', () => {
  it('is taken and tried on a thread of its own', async () => {
    const home = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'atoll-schedule-'))
    const file = join(home, 'atoll.db')
    const database = new SQLite(file)
    database.exec("create table site_identity (site text); insert into site_identity values ('s')")
    database.close()
    const schedule = scheduleBackups({
      address: join(home, 'store'),
      source: async () => ({ kind: 'file', file }),
      scratch: home,
      node: 'here',
      isOurs: () => true,
      tickMs: 5,
    })
    try {
      await expect
        .poll(() => schedule.state, { timeout: 15_000 })
        .toMatchObject({ backup: { node: 'here' }, drill: { isGood: true } })
    } finally {
      await schedule.close()
      rmSync(home, { recursive: true })
    }
  })
})
