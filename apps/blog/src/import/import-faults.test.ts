import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { RepoError } from '@atoll/repo'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findPost } from '../post.ts'
import { openPool } from './pool.ts'
import { openContent, type TestContent } from './testing/open-content.ts'
import { limitGrowth } from './testing/small-disk-schema.ts'

const killedImport = fileURLToPath(new URL('./testing/killed-import.ts', import.meta.url))

function childrenOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  )
}

describe('an import that fails', () => {
  let content: TestContent
  beforeEach(async () => {
    content = await openContent(new URL('./testing/small-disk-schema.ts', import.meta.url))
    content.writePost('a', '', 'Old.')
    await content.run()
    content.writePost('a', '', 'New.')
    content.writePost('b')
  })
  afterEach(() => content.close())

  async function expectWhole() {
    const { db } = content.repo
    const { rows } = await content.repo.reader().db.executeQuery<{ integrity_check: string }>({
      ...db.selectFrom('site').select('id').compile(),
      sql: 'pragma integrity_check',
      parameters: [],
    })
    expect(rows).toEqual([{ integrity_check: 'ok' }])
  }

  async function expectNextToComplete() {
    expect(await content.run()).toMatchObject({ problems: [] })
    expect(await content.slugs()).toEqual(['a', 'b'])
    expect(await content.html('a')).toContain('New.')
    const { db } = content.repo
    expect(await db.selectFrom('documents').select('id').execute()).toHaveLength(2)
    for (const table of ['imports', 'staged_posts'] as const) {
      expect(await db.selectFrom(table).selectAll().execute()).toEqual([])
    }
  }

  it.each(['content.stage_documents', 'content.publish', 'content.record_sources', 'content.collect_garbage'])(
    'because it was killed at %s leaves a whole database and a whole site',
    async (operation) => {
      const child = spawn(process.execPath, [killedImport, content.file, content.folder, operation])
      const [, signal] = await once(child, 'exit')
      expect(signal).toBe('SIGKILL')

      await expectWhole()
      const hasPublished = /record|collect/.test(operation)
      expect(await content.slugs()).toEqual(hasPublished ? ['a', 'b'] : ['a'])
      expect(await content.html('a')).toContain(hasPublished ? 'New.' : 'Old.')
      await expectNextToComplete()
    },
  )

  it('because the disk is full leaves the old site, and goes on when there is room', async () => {
    content.writePost('b', '', Array.from({ length: 20_000 }, (_, index) => `word${index}`).join(' '))
    await content.repo.run(limitGrowth, { pages: 4 })
    await expect(content.run()).rejects.toMatchObject({ code: 'disk_full' } satisfies Partial<RepoError>)
    await expectWhole()
    expect(await content.slugs()).toEqual(['a'])
    expect(await content.html('a')).toContain('Old.')
    await content.repo.run(limitGrowth, { pages: 100_000 })
    await expectNextToComplete()
  })

  it.runIf(process.platform === 'linux')('because a process of it died publishes nothing', async () => {
    const others = new Set(childrenOf(process.pid))
    const pool = openPool({ size: 1 })
    pool.expect(100)
    await pool.run({ kind: 'scan', folder: content.folder, sources: '[]', outdated: [] })
    const [pid, ...more] = childrenOf(process.pid).filter((child) => !others.has(child))
    expect(more).toEqual([])
    process.kill(pid!, 'SIGKILL')
    await expect(content.run({ pool })).rejects.toThrow('a process of the import ended: SIGKILL')
    expect(await content.slugs()).toEqual(['a'])
    await expectNextToComplete()
  })

  it('because it was ended early publishes nothing', async () => {
    const ending = new AbortController()
    const pool = openPool({ size: 1 })
    const importing = content.run({ pool, signal: ending.signal, onProgress: () => ending.abort() })
    await expect(importing).rejects.toThrow('aborted')
    expect(await content.slugs()).toEqual(['a'])
    await expectNextToComplete()
  })
})

describe('readers', () => {
  let content: TestContent
  beforeEach(async () => {
    content = await openContent()
  })
  afterEach(() => content.close())

  const writeAll = (version: string) => {
    for (let index = 0; index < 60; index++) content.writePost(`post-${index}`, `tags: [${version}]`, version)
  }

  it('see all of an import or nothing of it', async () => {
    writeAll('old')
    await content.run()
    writeAll('new')
    for (let index = 0; index < 20; index++) content.remove(`posts/post-${index}.md`)
    let isOver = false
    const importing = content.run().finally(() => {
      isOver = true
    })
    const seen = new Set<string>()
    const { db } = content.repo
    while (!isOver) {
      const { posts, tags } = await content.repo.reader().snapshot({
        posts: db
          .selectFrom('posts')
          .innerJoin('documents', 'documents.id', 'document_id')
          .select((select) => ['html', select.fn.countAll<number>().as('count')])
          .groupBy('html'),
        tags: db.selectFrom('post_tags').select(['tag']).distinct(),
      })
      seen.add(JSON.stringify([posts.map(({ html, count }) => `${count} ${html}`), tags.map(({ tag }) => tag)]))
      await setImmediate()
    }
    await importing
    expect([...seen]).toEqual([
      JSON.stringify([['60 <p>old</p>'], ['old']]),
      JSON.stringify([['40 <p>new</p>'], ['new']]),
    ])
  })

  it('find a post while it is imported again', async () => {
    content.writePost('a', 'published_at: 2026-01-01')
    await content.run()
    expect(await findPost(content.repo.reader(), 'a', { now: '2026-11-24T00:00:00Z' })).toBeDefined()
  })
})

describe('two imports at once', () => {
  it('leave what either would have left', async () => {
    const content = await openContent()
    for (let index = 0; index < 10; index++) content.writePost(`post-${index}`)
    const reports = await Promise.all([content.run(), content.run(), content.run()])
    expect(reports.map(({ problems }) => problems)).toEqual([[], [], []])
    expect(await content.slugs()).toHaveLength(10)
    expect(await content.repo.db.selectFrom('documents').select('id').execute()).toHaveLength(10)
    expect(await content.repo.db.selectFrom('sources').select('path').execute()).toHaveLength(10)
    await content.close()
  })
})
