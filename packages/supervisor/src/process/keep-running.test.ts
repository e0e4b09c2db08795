import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, type TestContext } from 'vitest'
import { type ChildCommand, startChild } from './child.ts'
import { type Ended, type KeepRunning, keepRunning } from './keep-running.ts'
import { keptLog, shellProgram } from './testing/children.ts'

function keep(t: TestContext, command: ChildCommand, options: Partial<KeepRunning> = {}) {
  const log = keptLog()
  const endings: Ended[] = []
  const kept = keepRunning({
    name: 'program',
    log,
    start: async () => startChild(command, () => {}),
    onExit: (ended) => void endings.push(ended),
    backoff: { firstMs: 1, mostMs: 4 },
    ...options,
  })
  t.onTestFinished(async () => void (await kept.stop({ graceMs: 0 })))
  return { kept, log, endings }
}

function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'atoll-keep-'))
  t.onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

describe('keepRunning', () => {
  it('starts a program that ends again, each time later, up to a bound', async (t) => {
    const { endings } = keep(t, shellProgram('exit 3'))
    await expect.poll(() => endings.map(({ waitMs }) => waitMs).slice(0, 5)).toEqual([1, 2, 4, 4, 4])
    expect(endings[0]!.exit).toEqual({ kind: 'code', code: 3 })
  })

  it('starts at the first wait again after a run that was long enough', async (t) => {
    const { endings } = keep(t, shellProgram('exit 3'), { backoff: { firstMs: 1, goodRunMs: 0 } })
    await expect.poll(() => endings.map(({ waitMs }) => waitMs).slice(0, 3)).toEqual([1, 1, 1])
  })

  it('keeps the one that stays after some that crashed', async (t) => {
    const runs = join(temporaryFolder(t), 'runs')
    const { kept, endings } = keep(
      t,
      shellProgram(`echo run >> ${runs}; [ $(wc -l < ${runs}) -gt 3 ] && exec sleep 1000; kill -9 $$`),
    )
    await expect.poll(() => endings.length === 3 && kept.child?.pid).toBeTypeOf('number')
    expect(readFileSync(runs, 'utf8')).toBe('run\n'.repeat(4))
  })

  it('says in one line what ended, how, and when it starts again', async (t) => {
    const { log } = keep(t, shellProgram('exit 3'), { backoff: { firstMs: 60_000, mostMs: 60_000 } })
    await expect
      .poll(() => log.lines[0]?.message)
      .toMatch(/^program ended with exit code 3 after \d+\.\d s; starting it again in 60\.0 s$/)
    expect(log.lines[0]!.details).toMatchObject({ child: 'program', waitMs: 60_000, inARow: 1 })
  })

  it('counts a start that fails as a run that ended', async (t) => {
    const { endings } = keep(t, shellProgram(''), { start: () => Promise.reject(new Error('no mount')) })
    await expect.poll(() => endings[1]?.exit).toMatchObject({ kind: 'not started', error: { message: 'no mount' } })
  })

  it('starts nothing more once it is stopped, not even what it was starting or waiting for', async (t) => {
    let starts = 0
    const starting = Promise.withResolvers<void>()
    const start = async () => {
      starts += 1
      await starting.promise
      return startChild(shellProgram('exec sleep 1000'), () => {})
    }
    const { kept } = keep(t, shellProgram(''), { start })
    const stopped = kept.stop({ graceMs: 0 })
    starting.resolve()
    await stopped
    expect([starts, kept.child]).toEqual([1, undefined])

    const waiting = keep(t, shellProgram('exit 1'), { backoff: { firstMs: 1_000_000, mostMs: 1_000_000 } })
    await expect.poll(() => waiting.endings.length).toBe(1)
    await waiting.kept.stop({ graceMs: 0 })
    expect(waiting.kept.child).toBeUndefined()
  })
})
