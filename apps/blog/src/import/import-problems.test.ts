import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openPool, type Pool } from './pool.ts'
import { openContent, type TestContent } from './testing/open-content.ts'

describe('a bad file', () => {
  let content: TestContent
  beforeEach(async () => {
    content = await openContent()
  })
  afterEach(() => content.close())

  const latin1 = Buffer.from('---\ntitle: x\n---\nfine\ncaf\xe9\n', 'latin1')
  const utf16 = Buffer.from('\u{feff}---\ntitle: x\n---\n', 'utf16le')
  const bad: [string, string | Uint8Array, string][] = [
    ['a YAML error', '---\ntitle: x\ntags: [a, b\n---\n', 'bad_front_matter'],
    ['no front matter', '# Just text\n', 'missing_front_matter'],
    ['an open front matter', '---\ntitle: x\n', 'unclosed_front_matter'],
    ['no title', '---\nslug: x\n---\n', '1 missing_title'],
    ['a bad slug', '---\ntitle: x\nslug: A B\n---\n', '3 bad_slug'],
    ['a bad date', '---\ntitle: x\npublished_at: soon\n---\n', '3 bad_date'],
    ['a bad permalink', '---\ntitle: x\npermalinks: [a b]\n---\n', '3 bad_permalink'],
    ['bytes that are no UTF-8', latin1, '5 bad_encoding'],
    ['UTF-16', utf16, '1 bad_encoding'],
    ['nothing in it', '', 'missing_front_matter'],
  ]

  it('is reported with file, line and reason, and the others are imported', async () => {
    for (const [name, text] of bad) content.write(`posts/${name}.md`, text)
    content.writePost('good')
    const problems = await content.problems()
    for (const [name, , code] of bad) {
      expect(problems.filter((problem) => problem.startsWith(`posts/${name}.md:`))).toEqual([
        expect.stringMatching(new RegExp(`:\\d+ .*${code.split(' ').at(-1)}$`)),
      ])
      if (/^\d/.test(code)) expect(problems).toContain(`posts/${name}.md:${code}`)
    }
    expect(await content.slugs()).toEqual(['good'])
    // They are not read again, and not forgotten either.
    expect(await content.problems()).toEqual(problems)
  })

  it('leaves the page that its last good version made, until it is deleted', async () => {
    for (const [name] of bad) content.write(`posts/${name}.md`, `---\ntitle: ${name}\n---\nGood.`)
    await content.run()
    const slugs = await content.slugs()
    expect(slugs).toHaveLength(bad.length)
    for (const [name, text] of bad) content.write(`posts/${name}.md`, text)
    expect(await content.run()).toMatchObject({ changed: 0, deleted: 0, unchanged: bad.length })
    expect(await content.slugs()).toEqual(slugs)
    for (const [name] of bad) content.remove(`posts/${name}.md`)
    expect(await content.run()).toMatchObject({ deleted: bad.length, problems: [] })
    expect(await content.slugs()).toEqual([])
  })

  it('is imported once it is mended', async () => {
    content.write('posts/a.md', '---\nslug: a\n---\n')
    await content.run()
    content.write('posts/a.md', '---\ntitle: A\nslug: a\n---\n')
    expect(await content.problems()).toEqual([])
    expect(await content.slugs()).toEqual(['a'])
  })

  describe('with the slug of another', () => {
    it('waits until the slug is free', async () => {
      content.writePost('a', 'slug: x', 'From a.')
      content.writePost('b', 'slug: x', 'From b.')
      expect(await content.problems()).toEqual(['posts/b.md:3 duplicate_slug'])
      expect(await content.problems()).toEqual(['posts/b.md:3 duplicate_slug'])
      expect(await content.html('x')).toContain('From a.')
      content.remove('posts/a.md')
      expect(await content.problems()).toEqual([])
      expect(await content.html('x')).toContain('From b.')
    })

    it('goes to the file whose name comes first, whichever worker is ready first', async () => {
      // More than one worker takes at a time, with the rivals in different jobs.
      const names = Array.from({ length: 20 }, (_, number) => `post-${String(number).padStart(2, '0')}`)
      for (const name of names) content.writePost(name)
      content.writePost('a', 'slug: x\ntags: [Early]', 'From a.')
      content.writePost('z', 'slug: x', 'From z.')
      content.writePost('zz', 'tags: [early]')
      const workers = openPool({ size: 2 })
      const pool = { ...workers, run: lastFirst(workers.run), close: async () => {} }
      expect(await content.problems({ pool })).toEqual(['posts/z.md:3 duplicate_slug'])
      await workers.close()
      expect(await content.html('x')).toContain('From a.')
      const tags = await content.repo.db.selectFrom('tags').select('label').execute()
      expect(tags).toEqual([{ label: 'early' }])
    })

    it('does not push out the one that is published', async () => {
      content.writePost('b', 'slug: x', 'From b.')
      await content.run()
      content.writePost('a', 'slug: x', 'From a.')
      expect(await content.problems()).toEqual(['posts/a.md:3 duplicate_slug'])
      expect(await content.html('x')).toContain('From b.')
    })

    it('keeps the one it had', async () => {
      content.writePost('a', 'slug: x', 'From a.')
      content.writePost('b', 'slug: y', 'From b.')
      await content.run()
      content.writePost('b', 'slug: x', 'Edited.')
      expect(await content.problems()).toEqual(['posts/b.md:3 duplicate_slug'])
      expect(await content.html('y')).toContain('From b.')
    })

    it('is told so when only underscores differ', async () => {
      content.writePost('a', 'slug: x-y')
      content.writePost('b', 'slug: x_y')
      expect(await content.problems()).toEqual(['posts/b.md:3 duplicate_slug'])
    })

    it('leaves nothing behind in the database', async () => {
      content.writePost('a', 'slug: x', 'From a.')
      content.writePost('b', 'slug: x', 'From b.')
      await content.run()
      const { db } = content.repo
      expect(await db.selectFrom('documents').select('id').execute()).toHaveLength(1)
      expect(await db.selectFrom('staged_posts').select('slug').execute()).toEqual([])
    })
  })

  it('with the permalink of another is reported', async () => {
    content.writePost('a', 'permalinks: [/uses]')
    content.writePost('b', 'permalinks: [uses]')
    expect(await content.problems()).toEqual(['posts/b.md:3 duplicate_permalink'])
    expect(await content.slugs()).toEqual(['a'])
  })

  it('with any of the permalinks that another has published is reported', async () => {
    content.writePost('a', 'permalinks: [/one, /two]')
    content.write('pages/three.md', '---\ntitle: Three\n---\n')
    await content.run()
    content.writePost('b', 'permalinks: [/one]')
    content.writePost('c', 'permalinks: [/two]')
    content.writePost('d', 'permalinks: [/three]')
    expect(await content.problems()).toEqual([
      'posts/b.md:3 duplicate_permalink',
      'posts/c.md:3 duplicate_permalink',
      'posts/d.md:3 duplicate_permalink',
    ])
    content.writePost('a', 'permalinks: [/two]')
    expect(await content.problems()).toEqual(['posts/c.md:3 duplicate_permalink', 'posts/d.md:3 duplicate_permalink'])
  })

  it('is a page at the address of a route, of a permalink or of another page', async () => {
    content.writePost('a', 'permalinks: [/uses]')
    const page = '---\ntitle: Page\n---\n'
    for (const name of ['about', 'deep/about', 'posts', 'search', 'uses']) content.write(`pages/${name}.md`, page)
    expect(await content.problems()).toEqual([
      'pages/deep/about.md:1 duplicate_page',
      'pages/posts.md:1 reserved_address',
      'pages/search.md:1 reserved_address',
      'pages/uses.md:1 duplicate_page',
    ])
    const rows = await content.repo.db.selectFrom('pages').select('source').execute()
    expect(rows).toEqual([{ source: 'pages/about.md' }])
  })

  it('is warned of a permalink that the site answers itself, and imported', async () => {
    content.writePost('a', 'permalinks: [/rss, /mine]')
    expect(await content.problems()).toEqual(['posts/a.md:3 useless_permalink'])
    expect(await content.repo.db.selectFrom('permalinks').select('path').execute()).toEqual([{ path: 'mine' }])
  })

  describe('of projects', () => {
    const project = (name: string, rest = 'url: "https://x.example", description: d') =>
      `  - {name: ${name}, ${rest}}\n`
    const names = async () => {
      const rows = await content.repo.db.selectFrom('projects').select('name').orderBy('name').execute()
      return rows.map(({ name }) => name)
    }

    it('keeps what a wrong entry made before, and the other entries', async () => {
      content.write('projects/p.yaml', `projects:\n${project('a')}${project('b')}`)
      await content.run()
      content.write('projects/p.yaml', `projects:\n${project('a', 'url: "https://x.example"')}${project('c')}`)
      expect(await content.problems()).toEqual(['projects/p.yaml:2 bad_project'])
      expect(await names()).toEqual(['a', 'c'])
    })

    it('deletes none while it cannot tell which one is wrong, or read it at all', async () => {
      content.write('projects/p.yaml', `projects:\n${project('a')}${project('b')}`)
      await content.run()
      content.write('projects/p.yaml', `projects:\n${project('b')}  - {url: "https://x.example"}\n`)
      await content.run()
      expect(await names()).toEqual(['a', 'b'])
      content.write('projects/p.yaml', 'projects: [')
      expect(await content.problems()).toEqual([expect.stringContaining('bad_yaml')])
      expect(await names()).toEqual(['a', 'b'])
    })

    it('reports a project that is in two files, and moves it when one lets go', async () => {
      content.write('projects/a.yaml', `projects:\n${project('x')}`)
      content.write('projects/b.yaml', `projects:\n${project('x')}${project('y')}`)
      expect(await content.problems()).toEqual(['projects/b.yaml:2 duplicate_project'])
      expect(await names()).toEqual(['x', 'y'])
      content.write('projects/a.yaml', 'projects:\n')
      expect(await content.problems()).toEqual([])
      expect(await names()).toEqual(['x', 'y'])
      const moved = await content.repo.db.selectFrom('projects').select('source').where('name', '=', 'x').execute()
      expect(moved).toEqual([{ source: 'projects/b.yaml' }])
    })
  })

  it('of settings leaves the last good ones', async () => {
    content.write('site.yaml', 'title: Ana')
    await content.run()
    content.write('site.yaml', 'title: [')
    content.write('custom.css', 'p {}')
    expect(await content.problems()).toEqual([expect.stringContaining('site.yaml:1 bad_yaml')])
    const { settings } = await content.repo.db.selectFrom('site').select('settings').executeTakeFirstOrThrow()
    expect(JSON.parse(settings)).toMatchObject({ title: 'Ana', customCss: expect.any(String) })
  })
})

/** Lets nobody have the first documents before the last ones are there. */
function lastFirst(run: Pool['run']): Pool['run'] {
  const last = Promise.withResolvers<void>()
  return async (job) => {
    const result = await run(job)
    const paths = 'tasks' in job ? job.tasks.map(({ path }) => path) : []
    if (paths.includes('posts/zz.md')) last.resolve()
    else if (paths.includes('posts/a.md')) await last.promise
    return result
  }
}
