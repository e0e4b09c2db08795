import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { splitFile } from './front-matter.ts'
import { newPost } from './new-post.ts'
import { readPost } from './post-file.ts'

describe('newPost', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'atoll-new-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  const now = new Date('2026-11-24T02:03:04.567Z')
  const read = (file: string) => {
    const split = splitFile(file, readFileSync(file, 'utf8'))
    return readPost(`posts/${basename(file)}`, split.fields!)
  }

  it('writes a draft named by time and title', async () => {
    const file = await newPost({ folder, title: 'My new  Setup!', now })
    expect(file).toBe(join(folder, 'posts/20261124020304_my_new_setup.md'))
    expect(read(file)).toMatchObject({ title: 'My new Setup!', slug: 'my-new-setup', isDraft: true, publishedAt: null })
  })

  it('publishes now when asked to', async () => {
    const post = read(await newPost({ folder, title: 'x', slug: 'my_x', publish: true, now }))
    expect(post).toMatchObject({ slug: 'my-x', isDraft: false, publishedAt: '2026-11-24T02:03:04Z', problems: [] })
  })

  it.each(['A: "b" # c', "it's - [x]", '--- x', 'yes', '日本', '\u{1f41a} shells', '@home & *abroad*'])(
    'keeps the title %j as it is',
    async (title) => {
      const post = read(await newPost({ folder, title, now }))
      expect(post).toMatchObject({ title, problems: [] })
    },
  )

  it('refuses a bad slug, an empty title, and to replace a file', async () => {
    await expect(newPost({ folder, title: 'x', slug: 'A b', now })).rejects.toThrow('slug "A b"')
    await expect(newPost({ folder, title: ' ', now })).rejects.toThrow('without a title')
    await newPost({ folder, title: 'x', now })
    await expect(newPost({ folder, title: 'x', now })).rejects.toThrow('EEXIST')
  })
})
