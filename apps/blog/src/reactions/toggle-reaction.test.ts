import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openTestBlog, type TestBlog } from '../testing/open-test-blog.ts'
import { countReactions } from './count-reactions.ts'
import { toggleReaction } from './toggle-reaction.ts'

let blog: TestBlog

beforeEach(async () => {
  blog = await openTestBlog()
  blog.addPosts([
    { slug: 'hello', publishedAt: '2026-01-01T00:00:00Z' },
    { slug: 'draft', isDraft: true },
    { slug: 'later', publishedAt: '2999-01-01T00:00:00Z' },
  ])
})
afterEach(() => blog.close())

async function react(person: string, wanted: 'on' | 'off' | 'other', { post = 'hello', kind = '👍' } = {}) {
  return (await blog.repo.run(toggleReaction, { post, kind, person: `person ${person}`, wanted })).value
}

const counts = async (post = 'hello') => countReactions(blog.repo.reader(), post, ['👍', '🎉'])

describe('a reaction', () => {
  it('counts once for each person and kind, however often it is made', async () => {
    expect(await react('ana', 'on')).toEqual({ kind: 'toggled', isOn: true, count: 1 })
    expect(await react('ana', 'on')).toEqual({ kind: 'toggled', isOn: true, count: 1 })
    await react('ben', 'on')
    await react('ana', 'on', { kind: '🎉' })
    expect(await counts()).toEqual([
      { kind: '👍', count: 2 },
      { kind: '🎉', count: 1 },
    ])
  })

  it('is taken back, by name or by a second tap', async () => {
    await react('ana', 'other')
    expect(await react('ana', 'other')).toEqual({ kind: 'toggled', isOn: false, count: 0 })
    await react('ana', 'on')
    expect(await react('ana', 'off')).toEqual({ kind: 'toggled', isOn: false, count: 0 })
    expect(await react('ana', 'off')).toEqual({ kind: 'toggled', isOn: false, count: 0 })
  })

  it('is for public posts, and for what the site offers', async () => {
    for (const post of ['draft', 'later', 'none'])
      expect(await react('ana', 'on', { post })).toEqual({ kind: 'refused' })
    expect(await react('ana', 'on', { kind: '👎' })).toEqual({ kind: 'refused' })
    blog.sqlite.prepare('insert into site values (1, ?)').run(JSON.stringify({ reactions: ['ok'] }))
    expect(await react('ana', 'on')).toEqual({ kind: 'refused' })
    expect(await react('ana', 'on', { kind: 'ok' })).toMatchObject({ kind: 'toggled' })
  })

  it('touches the reactions of its post and nothing else', async () => {
    const touched: string[] = []
    blog.repo.onCommit(({ topics }) => touched.push(...topics))
    await react('ana', 'on')
    await react('ana', 'on')
    expect(touched).toEqual(['reactions:hello'])
  })

  it('leaves one row behind that says so, however many there were', async () => {
    for (let reader = 0; reader < 20; reader++) await react(`${reader}`, 'on')
    const rows = blog.sqlite.prepare("select topic from changes where topic like 'reactions:%'").all()
    expect(rows).toEqual([{ topic: 'reactions:hello' }])
  })

  it('goes with its post to a new address, and is not doubled there', async () => {
    await react('ana', 'on')
    await react('ben', 'on')
    blog.addPosts([{ slug: 'bye', publishedAt: '2026-01-01T00:00:00Z' }])
    await react('ana', 'on', { post: 'bye' })
    blog.sqlite.prepare('insert into redirects values (?, ?)').run('hello', 'bye')
    expect([await counts(), await counts('bye')]).toMatchObject([
      [{ count: 0 }, {}],
      [{ count: 2 }, {}],
    ])
  })

  it('counts all of a thousand that come at once', async () => {
    await Promise.all(Array.from({ length: 1000 }, (_, person) => react(String(person), 'on')))
    expect((await counts())[0]!.count).toBe(1000)
  })
})
