import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { judgeRevision, originOf, readCommitTime } from './revision.ts'

describe('judgeRevision', () => {
  const here = { origin: 'here', wentBack: false }
  const there = { origin: 'there', wentBack: false }
  const published = { revision: 100, origin: 'here' }

  it.each([
    ['takes anything when nothing is published', undefined, { ...there, computed: 5 }, { revision: 5 }],
    ['takes a newer folder', published, { ...there, computed: 101 }, { revision: 101 }],
    ['takes an equal folder', published, { ...there, computed: 100 }, { revision: 100 }],
    ['takes an edit that makes the same folder older', published, { ...here, computed: 50 }, { revision: 100 }],
    [
      'takes a newer folder with an older file',
      published,
      { ...here, wentBack: true, computed: 101 },
      { revision: 101 },
    ],
  ])('%s', (_, stored, folder, verdict) => {
    expect(judgeRevision(stored, folder, false)).toEqual(verdict)
  })

  it.each([
    ['refuses another folder that is older', { ...there, computed: 99 }],
    ['refuses the same folder with an older release copied into it', { ...here, wentBack: true, computed: 99 }],
  ])('%s', (_, folder) => {
    expect(judgeRevision(published, folder, false)).toEqual({ refused: expect.stringContaining('1970-01-01') })
    expect(judgeRevision(published, folder, true)).toEqual({ revision: 99 })
  })
})

describe('readCommitTime', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'atoll-git-'))
    mkdirSync(join(folder, 'content'))
    writeFileSync(join(folder, 'content/site.yaml'), 'title: Ana')
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=Ana', '-c', 'user.email=ana@example.org', ...args], {
      cwd: folder,
      env: { ...process.env, GIT_COMMITTER_DATE: '2026-01-02T03:04:05Z' },
    })

  it('is the time of the last commit of a clean folder', async () => {
    git('init', '-q')
    git('add', '.')
    git('commit', '-qm', 'Write')
    writeFileSync(join(folder, 'notes'), 'beside the content')
    expect(await readCommitTime(join(folder, 'content'))).toBe(Date.parse('2026-01-02T03:04:05Z') / 1000)
  })

  it('is nothing where files differ from the commit', async () => {
    git('init', '-q')
    git('add', '.')
    git('commit', '-qm', 'Write')
    writeFileSync(join(folder, 'content/custom.css'), 'p {}')
    expect(await readCommitTime(join(folder, 'content'))).toBeUndefined()
  })

  it('is nothing outside of git', async () => {
    expect(await readCommitTime(folder)).toBeUndefined()
  })
})

describe('originOf', () => {
  it('tells a folder from the one that took its place', () => {
    const folder = mkdtempSync(join(tmpdir(), 'atoll-origin-'))
    const origin = originOf(folder)
    expect(originOf(folder)).toBe(origin)
    const other = mkdtempSync(join(tmpdir(), 'atoll-origin-'))
    expect(originOf(other)).not.toBe(origin)
    rmSync(folder, { recursive: true })
    rmSync(other, { recursive: true })
  })
})
