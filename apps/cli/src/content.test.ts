import { type BlogTables, fixOf } from '@atoll/blog'
import type { Repo } from '@atoll/repo'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { logOnce, openContentFolder } from './content.ts'
import { openTestSite, type TestSite } from './testing/open-site.ts'
import { keepContent } from './upkeep.ts'

const problem = (line: number, message: string) =>
  ({ path: 'posts/a.md', line, severity: 'error', code: 'bad_value', message }) as const

it('logs what to do about a problem', () => {
  const logged: unknown[] = []
  logOnce({ warn: (fields: object) => void logged.push(fields) })([problem(3, 'one')])
  expect(logged).toEqual([{ fix: fixOf('bad_value') }])
})

it('logs a problem when it is new, not at each import', () => {
  const logged: string[] = []
  const log = logOnce({ warn: (_fields: object, text?: string) => void logged.push(text!) })
  log([problem(3, 'one')])
  log([problem(4, 'one'), problem(9, 'two')])
  log([problem(9, 'two')])
  log([problem(3, 'one')])
  expect(logged.map((text) => text.slice(0, 27))).toEqual([
    'posts/a.md:3: error: one [b',
    'posts/a.md:9: error: two [b',
    'posts/a.md:3: error: one [b',
  ])
})

describe('a content folder that cannot be imported', () => {
  let site: TestSite
  let content: string
  let isDiskFull: boolean
  let told: string[]
  let end: AbortController
  beforeEach(async () => {
    site = await openTestSite()
    content = site.folder('content', { 'posts/a.md': '---\ntitle: A\n---\nOld.\n' })
    isDiskFull = false
    told = []
    end = new AbortController()
  })
  afterEach(async () => {
    end.abort()
    await site.close()
  })

  const fullAtTimes: Repo<BlogTables>['run'] = (operation, ...rest) => {
    if (isDiskFull) return Promise.reject(new Error('the disk is full'))
    return site.repo.run(operation, ...rest)
  }

  const open = () => {
    const repo = Object.create(site.repo, { run: { value: fullAtTimes } }) as Repo<BlogTables>
    const silent = () => {}
    const folder = openContentFolder({
      repo,
      settings: { content, largeFileMb: 8 } as never,
      log: { info: silent, warn: silent, error: silent } as never,
      isDev: false,
      onReport: () => told.push('imported'),
      onFailure: () => told.push('failed'),
    })
    const database = { kind: 'embedded', repo } as never
    return keepContent({ database, content: folder, settings: { watch: true }, signal: end.signal })
  }
  const text = async () => (await fetch(`${site.url}/posts/a`)).text()

  it('ends a start that would have nothing to serve', async () => {
    isDiskFull = true
    await expect(open().ready).rejects.toThrow('the disk is full')
  })

  it('leaves the site as it was, also at a start, and is tried again until it works', async () => {
    const first = open()
    await first.ready
    end.abort()
    await first.ended
    end = new AbortController()
    isDiskFull = true
    site.folder('content', { 'posts/a.md': '---\ntitle: A\n---\nNew.\n' })
    told = []
    const { ready, ended } = open()
    await ready
    await expect.poll(() => told).toEqual(['failed'])
    expect(await text()).toContain('Old.')
    isDiskFull = false
    await expect.poll(text, { timeout: 10_000 }).toContain('New.')
    await expect.poll(() => told.at(-1)).toBe('imported')
    end.abort()
    await ended
  })
})
