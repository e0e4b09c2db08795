import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { keepOriginals, partsOf } from '../schema/originals.ts'
import type { Publication } from '../schema/publish-content.ts'
import { openTestBlog, type TestBlog } from '../testing/open-test-blog.ts'
import { readReactions, restoreContent } from './restore-reactions.ts'

let before: TestBlog
let now: TestBlog

beforeEach(async () => {
  before = await openTestBlog()
  now = await openTestBlog()
  for (const blog of [before, now]) blog.addPosts(['hello', 'bye'].map((slug) => ({ slug })))
})
afterEach(async () => {
  await before.close()
  await now.close()
})

const give = ({ sqlite }: TestBlog, post: string, ...people: string[]) => {
  const insert = sqlite.prepare('insert into reactions values (?, ?, ?)')
  sqlite.transaction(() => {
    for (const person of people) insert.run(post, '👍', `person-${person}`)
  })()
}

const countsOf = ({ repo }: TestBlog) =>
  repo.db.selectFrom('reaction_counts').selectAll().where('count', '>', 0).orderBy('post').execute()

/** Publishes a new title of the site with reactions from this file. */
async function restore({ bytes, hash }: { bytes: Uint8Array; hash: string }, base = 0) {
  await now.repo.run(keepOriginals, { parts: [...partsOf(hash, bytes)], at: 0 })
  const { value } = await now.repo.run(restoreContent, { publication: { ...titleOnly, base }, reactions: hash })
  return value.isPublished
}

const titleOnly: Omit<Publication, 'base'> = {
  import: 'of-a-backup',
  state: { revision: 1, origin: 'published', renderer: '', imported_at: '2026-11-27T12:00:00Z' },
  ...{ replacedSources: '[]', refusedSources: '[]', unusedDocuments: '[]', unusedBlobs: '[]' },
  ...{ permalinks: '[]', redirects: '[]', tags: '[]', projects: '[]', projectPositions: '[]', goneProjects: '[]' },
  ...{ pages: '[]', gonePages: '[]', assets: '[]', goneAssets: '[]' },
  site: '{"title":"As it was"}',
}

const settingsOf = ({ repo }: TestBlog) => repo.db.selectFrom('site').select('settings').execute()

describe('restoreContent', () => {
  it('makes the reactions of every post those that were kept, counters included, together with the content', async () => {
    give(before, 'hello', 'ana', 'ben')
    give(now, 'hello', 'ben', 'spam')
    give(now, 'bye', 'spam')
    const seen: unknown[] = []
    now.repo.onCommit(({ topics }) => seen.push(topics.filter((topic) => /^(site|reactions:.*)$/.test(topic)).sort()))
    expect(await restore(await readReactions(before.repo))).toBe(true)
    expect(seen.filter((topics) => (topics as string[]).length > 0)).toEqual([
      ['reactions:bye', 'reactions:hello', 'site'],
    ])
    expect(await countsOf(now)).toEqual([{ post: 'hello', kind: '👍', count: 2 }])
    expect(await settingsOf(now)).toEqual([{ settings: titleOnly.site }])
  })

  it('brings thousands', async () => {
    give(before, 'bye', 'ana')
    give(before, 'hello', ...Array.from({ length: 4500 }, (_, person) => String(person)))
    await restore(await readReactions(before.repo))
    expect(await countsOf(now)).toEqual(await countsOf(before))
  })

  it('changes nothing at all when the file holds no reactions, or when somebody published meanwhile', async () => {
    give(now, 'hello', 'ana')
    const settings = await settingsOf(now)
    const bytes = Buffer.from('[{"post":"hello"}]')
    await expect(restore({ bytes, hash: createHash('sha256').update(bytes).digest('hex') })).rejects.toThrow('given')
    expect(await restore(await readReactions(before.repo), 7)).toBe(false)
    expect(await countsOf(now)).toEqual([{ post: 'hello', kind: '👍', count: 1 }])
    expect(await settingsOf(now)).toEqual(settings)
  })
})
