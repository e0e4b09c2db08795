import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openTestBlog, type TestBlog } from '../testing/open-test-blog.ts'
import { type ReactionsOfPost, readReactions, restoreReactions } from './restore-reactions.ts'

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

async function restore(): Promise<ReactionsOfPost[][]> {
  const pieces = await Array.fromAsync(readReactions(before.repo))
  for (const posts of pieces) await now.repo.run(restoreReactions, { posts })
  return pieces
}

describe('restoreReactions', () => {
  it('makes the reactions of every post those that were kept, counters included', async () => {
    give(before, 'hello', 'ana', 'ben')
    give(now, 'hello', 'ben', 'spam')
    give(now, 'bye', 'spam')
    await restore()
    expect(await countsOf(now)).toEqual([{ post: 'hello', kind: '👍', count: 2 }])
    await restore()
    expect(await countsOf(now)).toEqual(await countsOf(before))
  })

  it('brings many in several short transactions', async () => {
    give(before, 'bye', 'ana')
    give(before, 'hello', ...Array.from({ length: 4500 }, (_, person) => String(person)))
    const pieces = await restore()
    expect(pieces.length).toBeGreaterThan(2)
    expect(await countsOf(now)).toEqual(await countsOf(before))
  })
})
