import { rmSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openContent, type TestContent } from './testing/open-content.ts'

describe('the revision of the content', () => {
  let content: TestContent
  /** Another folder, as of another release. */
  let other: TestContent
  beforeEach(async () => {
    content = await openContent()
    other = await openContent()
    content.writePost('a')
    content.age('posts/a.md', 2000)
    await content.run()
  })
  afterEach(async () => {
    await content.close()
    await other.close()
  })

  const released = (seconds: number) => {
    other.writePost('released')
    other.age('posts/released.md', seconds)
    return content.run({ folder: other.folder })
  }

  it('is the time of the newest file', async () => {
    expect(await content.run()).toMatchObject({ revision: 2000 })
  })

  it('keeps an older release from replacing newer content', async () => {
    const report = await released(1000)
    expect(report).toMatchObject({ refused: expect.stringContaining('older'), revision: 2000, added: 0 })
    expect(await content.slugs()).toEqual(['a'])
    const { revision } = await content.repo.db.selectFrom('content_state').select('revision').executeTakeFirstOrThrow()
    expect(revision).toBe(2000)
  })

  it.each([2000, 3000])('lets a release from %i in', async (seconds) => {
    expect(await released(seconds)).toMatchObject({ added: 1, deleted: 1, revision: seconds })
    expect(await content.slugs()).toEqual(['released'])
  })

  it('gives way to force', async () => {
    other.writePost('released')
    other.age('posts/released.md', 1000)
    expect(await content.run({ folder: other.folder, force: true })).toMatchObject({ added: 1, revision: 1000 })
  })

  it('does not go down when the newest file of the folder is deleted', async () => {
    content.writePost('b')
    content.age('posts/b.md', 1000)
    expect(await content.run()).toMatchObject({ added: 1, revision: 2000 })
    content.remove('posts/a.md')
    expect(await content.run()).toMatchObject({ deleted: 1, revision: 2000 })
    content.remove('posts/b.md')
    expect(await content.run()).toMatchObject({ deleted: 1, revision: 2000 })
    expect(await content.slugs()).toEqual([])
  })

  it('keeps out an older release that was copied over the folder', async () => {
    content.writePost('a', '', 'Older.')
    content.age('posts/a.md', 1000)
    expect((await content.run()).refused).toContain('older')
    expect(await content.html('a')).not.toContain('Older.')
  })

  it('keeps an empty folder, as of a disk that is not there, from deleting everything', async () => {
    expect((await content.run({ folder: other.folder })).refused).toContain('older')
    rmSync(other.folder, { recursive: true })
    expect((await content.run({ folder: other.folder })).refused).toContain('no folder')
    expect(await content.slugs()).toEqual(['a'])
  })
})
