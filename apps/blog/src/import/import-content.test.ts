import { symlinkSync, unlinkSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openContent, type TestContent } from './testing/open-content.ts'

describe('importContent', () => {
  let content: TestContent
  beforeEach(async () => {
    content = await openContent()
  })
  afterEach(() => content.close())

  /** Topics that an action touched. */
  async function topicsOf(act: () => Promise<unknown>): Promise<string[]> {
    const topics = new Set<string>()
    const stop = content.repo.onCommit((notice) => {
      for (const topic of notice.topics) topics.add(topic)
    })
    await act()
    stop()
    return [...topics].sort()
  }

  const counts = async () => {
    const { added, changed, renamed, deleted, unchanged } = await content.run()
    return { added, changed, renamed, deleted, unchanged }
  }
  const nothing = { added: 0, changed: 0, renamed: 0, deleted: 0, unchanged: 0 }
  const redirects = async () => {
    const rows = await content.repo.db.selectFrom('redirects').selectAll().orderBy('from_slug').execute()
    return rows.map(({ from_slug, to_slug }) => `${from_slug} → ${to_slug}`)
  }

  it('makes rows of everything the original had', async () => {
    content.write(
      'posts/20250329121314_my_setup.md',
      '---\ntitle: My setup\nslug: my_setup\nis_draft: false\npublished_at: 2025-03-29 12:13:14.5\npermalinks: [/uses]\n' +
        'tags: [Nix, Old Things]\ndescription: All *my* things\nreading_time_minutes: 7\n---\n\n# Setup\n\nOne.\n\n---\n\nTwo.\n',
    )
    content.write('pages/about.md', '---\ntitle: About\n---\nMe.')
    content.write(
      'projects/all.yaml',
      'projects:\n  - {name: a, url: "https://a.example", description: d, tags: [Nix]}\n',
    )
    content.write('site.yaml', 'title: Ana writes\nintroduction: "*Hello*"')
    content.write('custom.css', 'p { color: red }')
    expect(await counts()).toEqual({ ...nothing, added: 5 })

    const { db } = content.repo
    expect(await db.selectFrom('posts').selectAll().executeTakeFirst()).toMatchObject({
      slug: 'my-setup',
      source: 'posts/20250329121314_my_setup.md',
      title: 'My setup',
      is_draft: 0,
      published_at: '2025-03-29T12:13:14Z',
      listed_at: '2025-03-29T12:13:14Z',
      tags: '["Nix","Old Things"]',
    })
    const document = await db.selectFrom('documents').selectAll().where('kind', '=', 'post').executeTakeFirst()
    expect(document).toMatchObject({ description: 'All my things', search_title: 'My setup' })
    expect(document!.summary_html).toContain('<em>my</em>')
    expect(document!.html).toMatch(/One\..*<hr>.*Two\./s)
    expect(await db.selectFrom('post_tags').select('tag').orderBy('tag').execute()).toEqual([
      { tag: 'nix' },
      { tag: 'old-things' },
    ])
    expect(await db.selectFrom('permalinks').selectAll().execute()).toEqual([{ path: 'uses', post_slug: 'my-setup' }])
    expect(await db.selectFrom('pages').select(['slug', 'title']).execute()).toEqual([
      { slug: 'about', title: 'About' },
    ])
    expect(await db.selectFrom('projects').select(['name', 'url']).execute()).toEqual([
      { name: 'a', url: 'https://a.example' },
    ])
    const site = JSON.parse((await db.selectFrom('site').select('settings').executeTakeFirstOrThrow()).settings)
    expect(site).toMatchObject({ title: 'Ana writes', introductionHtml: expect.stringContaining('<em>Hello</em>') })
    expect(site.customCss).toMatch(/^\/assets\/[0-9a-f]{16}\/custom\.css$/)
  })

  it('reads CRLF, a byte order mark and sub-folders', async () => {
    content.write('posts/2025/a.md', '\u{feff}---\r\ntitle: A\r\n---\r\nOne.\r\n\r\n---\r\n\r\nTwo.\r\n')
    expect(await content.problems()).toEqual([])
    expect(await content.html('a')).toMatch(/<p>One\.<\/p>\s*<hr>\s*<p>Two\.<\/p>/)
  })

  it('makes an empty folder an empty site', async () => {
    expect(await content.run()).toMatchObject({ ...nothing, problems: [] })
  })

  it('refuses a folder that is not there, and leaves what is published', async () => {
    content.writePost('a')
    await content.run()
    const report = await content.run({ folder: join(content.folder, 'nowhere') })
    expect(report.refused).toContain('no folder')
    expect(await content.slugs()).toEqual(['a'])
  })

  it('touches nothing when nothing changed', async () => {
    content.writePost('a', 'tags: [x]')
    content.write('site.yaml', 'title: Ana')
    await content.run()
    expect(await topicsOf(async () => expect(await counts()).toEqual({ ...nothing, unchanged: 2 }))).toEqual([])
  })

  it('takes a file that was touched, or is new on this machine, for what it was', async () => {
    content.writePost('a')
    await content.run()
    utimesSync(join(content.folder, 'posts/a.md'), 2e9, 2e9)
    expect(await topicsOf(async () => expect(await counts()).toEqual({ ...nothing, unchanged: 1 }))).toEqual([])
  })

  it('publishes an edit, drops what it concerns, and forgets the old version', async () => {
    content.writePost('a', 'tags: [x]', 'Same beginning.\n\n## More\n\nOld.')
    content.writePost('b')
    await content.run()
    content.writePost('a', 'tags: [x]', 'Same beginning.\n\n## More\n\nNew.')
    const topics = await topicsOf(async () => expect(await counts()).toEqual({ ...nothing, changed: 1, unchanged: 1 }))
    expect(topics).toEqual(['post:a', 'search'])
    expect(await content.html('a')).toContain('New.')
    expect(await content.repo.db.selectFrom('documents').select('id').execute()).toHaveLength(2)
  })

  it('tells lists when what they show changes', async () => {
    content.writePost('a', '', 'Old.')
    await content.run()
    content.writePost('a', '', 'New.')
    expect(await topicsOf(() => content.run())).toContain('posts')
  })

  it('deletes what is deleted, with its tags, permalinks and document', async () => {
    content.writePost('a', 'tags: [x]\npermalinks: [/old]')
    content.writePost('b', 'tags: [y]')
    await content.run()
    content.remove('posts/a.md')
    expect(await counts()).toEqual({ ...nothing, deleted: 1, unchanged: 1 })
    expect(await content.slugs()).toEqual(['b'])
    const { db } = content.repo
    expect(await db.selectFrom('tags').select('slug').execute()).toEqual([{ slug: 'y' }])
    expect(await db.selectFrom('permalinks').selectAll().execute()).toEqual([])
    expect(await db.selectFrom('documents').select('id').execute()).toHaveLength(1)
  })

  it('knows a renamed file by what it holds, and one that was edited too by its slug', async () => {
    content.writePost('a', 'slug: first')
    content.writePost('b', 'slug: second')
    await content.run()
    content.move('posts/a.md', 'posts/2025/one.md')
    content.remove('posts/b.md')
    content.writePost('two', 'slug: second', 'Edited.')
    expect(await counts()).toEqual({ ...nothing, renamed: 2 })
    const sources = await content.repo.db.selectFrom('posts').select(['slug', 'source']).orderBy('slug').execute()
    expect(sources).toEqual([
      { slug: 'first', source: 'posts/2025/one.md' },
      { slug: 'second', source: 'posts/two.md' },
    ])
  })

  describe('an address that changed', () => {
    it('leads to the new one', async () => {
      content.writePost('a', 'slug: old')
      await content.run()
      content.writePost('a', 'slug: new')
      await content.run()
      expect(await content.slugs()).toEqual(['new'])
      expect(await redirects()).toEqual(['old → new'])
    })

    it('leads to the new one when it came with the file name', async () => {
      content.write('posts/old.md', '---\ntitle: x\n---\n')
      await content.run()
      content.move('posts/old.md', 'posts/new.md')
      await content.run()
      expect(await redirects()).toEqual(['old → new'])
    })

    it('leads straight to the last of several', async () => {
      for (const slug of ['one', 'two', 'three']) {
        content.writePost('a', `slug: ${slug}`)
        await content.run()
      }
      expect(await redirects()).toEqual(['one → three', 'two → three'])
    })

    it('leads nowhere else once it is in use again', async () => {
      for (const slug of ['one', 'two', 'one']) {
        content.writePost('a', `slug: ${slug}`)
        await content.run()
      }
      expect(await redirects()).toEqual(['two → one'])
      content.writePost('b', 'slug: two')
      await content.run()
      expect(await redirects()).toEqual([])
    })

    it('leads nowhere once its post is gone', async () => {
      content.writePost('a', 'slug: old')
      await content.run()
      content.writePost('a', 'slug: new')
      await content.run()
      content.remove('posts/a.md')
      await content.run()
      expect(await redirects()).toEqual([])
    })

    it('can be swapped with that of another file', async () => {
      content.writePost('a', 'slug: x\ntags: [a]', 'From a.')
      content.writePost('b', 'slug: y\ntags: [b]', 'From b.')
      await content.run()
      content.writePost('a', 'slug: y\ntags: [a]', 'From a.')
      content.writePost('b', 'slug: x\ntags: [b]', 'From b.')
      expect(await content.problems()).toEqual([])
      expect(await content.html('x')).toContain('From b.')
      expect(await content.html('y')).toContain('From a.')
      expect(await redirects()).toEqual([])
      const tags = await content.repo.db
        .selectFrom('post_tags')
        .innerJoin('posts', 'posts.id', 'post_id')
        .select(['slug', 'tag'])
        .orderBy('slug')
        .execute()
      expect(tags).toEqual([
        { slug: 'x', tag: 'b' },
        { slug: 'y', tag: 'a' },
      ])
    })
  })

  it('renders everything again for another version of the renderer', async () => {
    content.writePost('a')
    content.writePost('b')
    await content.run()
    await content.repo.db.updateTable('content_state').set({ renderer: '0/1' }).execute()
    expect(await counts()).toEqual({ ...nothing, changed: 2 })
    expect(await counts()).toEqual({ ...nothing, unchanged: 2 })
  })

  it('keeps the date of a project, and all of them in reading order', async () => {
    const project = (name: string) => `  - {name: ${name}, url: "https://x.example", description: d}\n`
    const names = async () => {
      const rows = await content.repo.db.selectFrom('projects').select('name').orderBy('position').execute()
      return rows.map(({ name }) => name)
    }
    content.write('projects/b.yaml', `projects:\n${project('three')}${project('four')}`)
    await content.run({ now: '2026-01-01T00:00:00Z' })
    content.write('projects/a.yaml', `projects:\n${project('one')}${project('two')}`)
    await content.run({ now: '2026-01-02T00:00:00Z' })
    expect(await names()).toEqual(['one', 'two', 'three', 'four'])

    content.write('projects/b.yaml', `projects:\n${project('four')}${project('five')}${project('three')}`)
    await content.run({ now: '2026-01-03T00:00:00Z' })
    expect(await names()).toEqual(['one', 'two', 'four', 'five', 'three'])
    const dates = await content.repo.db.selectFrom('projects').select('created_at').orderBy('position').execute()
    expect(dates.map(({ created_at }) => created_at.slice(8, 10))).toEqual(['02', '02', '01', '03', '01'])

    content.remove('projects/a.yaml')
    await content.run()
    expect(await names()).toEqual(['four', 'five', 'three'])
  })

  it('goes back to the defaults when site.yaml is deleted', async () => {
    content.write('site.yaml', 'title: Ana')
    content.write('favicon-32x32.png', 'x')
    const site = async () => {
      const row = await content.repo.db.selectFrom('site').select('settings').executeTakeFirstOrThrow()
      return JSON.parse(row.settings)
    }
    await content.run()
    expect(await site()).toMatchObject({ title: 'Ana', icons: [{ rel: 'icon', type: 'image/png', sizes: '32x32' }] })
    content.remove('site.yaml')
    await content.run()
    expect(await site()).toMatchObject({ title: 'Blog', icons: [{ sizes: '32x32' }] })
    content.remove('favicon-32x32.png')
    await content.run()
    expect(await site()).toMatchObject({ title: 'Blog', icons: [] })
  })

  it('keeps drafts from suggestions, and draft pages from readers', async () => {
    content.writePost('a', '', 'Common words.')
    content.writePost('b', 'is_draft: true', 'Hidden treasure.')
    content.write('pages/c.md', '---\ntitle: C\n---\n')
    await content.run()
    const { db } = content.repo
    const words = (await db.selectFrom('words').select('word').execute()).map(({ word }) => word)
    expect(words).toContain('common')
    expect(words).not.toContain('treasure')
    content.write('pages/c.md', '---\ntitle: C\nis_draft: true\n---\n')
    expect(await counts()).toMatchObject({ changed: 1 })
    expect(await db.selectFrom('pages').select('slug').execute()).toEqual([])
  })

  it('reads through a link, and takes the folder behind it for another when the link moves', async () => {
    const link = `${content.folder}-link`
    content.write('one/posts/a.md', '---\ntitle: A\n---\n')
    content.write('two/posts/b.md', '---\ntitle: B\n---\n')
    symlinkSync(join(content.folder, 'one'), link)
    await content.run({ folder: link })
    unlinkSync(link)
    symlinkSync(join(content.folder, 'two'), link)
    expect(await content.run({ folder: link })).toMatchObject({ added: 1, deleted: 1 })
    expect(await content.slugs()).toEqual(['b'])
  })

  it('reports its progress', async () => {
    for (const name of ['a', 'b', 'c']) content.writePost(name)
    const seen: string[] = []
    await content.run({ onProgress: ({ done, total }) => seen.push(`${done}/${total}`) })
    expect(seen.at(-1)).toBe('3/3')
  })
})
