import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { expectChange } from './expect-change.ts'
import { importContent } from './import-content.ts'
import { openContent, type TestContent } from './testing/open-content.ts'

describe('importContent with named files', () => {
  let content: TestContent
  beforeEach(async () => {
    content = await openContent()
    content.write('posts/a.md', '---\ntitle: A\n---\na')
    content.write('posts/b.md', '---\ntitle: B\n---\nb')
    await content.run()
  })
  afterEach(() => content.close())

  const titles = async () => {
    const rows = await content.repo.db.selectFrom('posts').select(['slug', 'title']).orderBy('slug').execute()
    return rows.map(({ slug, title }) => `${slug}: ${title}`)
  }

  it('looks at no others', async () => {
    content.write('posts/a.md', '---\ntitle: A2\n---\na')
    content.write('posts/b.md', '---\ntitle: B2\n---\nb')
    expect(await content.run({ paths: ['posts/a.md'] })).toMatchObject({ changed: 1, unchanged: 1 })
    expect(await titles()).toEqual(['a: A2', 'b: B'])
    expect(await content.run()).toMatchObject({ changed: 1, unchanged: 1 })
    expect(await titles()).toEqual(['a: A2', 'b: B2'])
  })

  it('takes new, renamed and deleted ones, and passes over what is no content', async () => {
    content.write('posts/c.md', '---\ntitle: A\n---\na')
    content.remove('posts/a.md')
    content.remove('posts/b.md')
    const paths = ['posts/a.md', 'posts/b.md', 'posts/c.md', 'posts/.c.md.swp', 'posts/c.md~', 'notes.txt']
    expect(await content.run({ paths })).toMatchObject({ renamed: 1, deleted: 1, added: 0, unchanged: 0 })
    expect(await titles()).toEqual(['c: A'])
    const redirects = await content.repo.db.selectFrom('redirects').selectAll().execute()
    expect(redirects).toEqual([{ from_slug: 'a', to_slug: 'c' }])
  })

  it('tries those again that lost an address to a named one', async () => {
    content.write('posts/c.md', '---\ntitle: C\nslug: a\n---\nc')
    expect((await content.run()).problems).toMatchObject([{ code: 'duplicate_slug', path: 'posts/c.md' }])
    content.remove('posts/a.md')
    expect((await content.run({ paths: ['posts/a.md'] })).problems).toEqual([])
    expect(await titles()).toEqual(['a: C', 'b: B'])
  })

  it('shows a named picture wherever it is seen', async () => {
    content.write('posts/b.md', '---\ntitle: B\n---\n![x](../assets/x.svg)')
    expect((await content.run({ paths: ['posts/b.md'] })).problems).toMatchObject([{ code: 'missing_asset' }])
    content.write('assets/x.svg', '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="3"/>')
    expect((await content.run({ paths: ['assets/x.svg'] })).problems).toEqual([])
  })

  it('looks at everything when one is a folder, or went back in time', async () => {
    content.write('posts/b.md', '---\ntitle: B2\n---\nb')
    expect(await content.run({ paths: ['posts'] })).toMatchObject({ changed: 1 })
    content.write('posts/b.md', '---\ntitle: B3\n---\nb')
    content.age('posts/a.md', 1000)
    await content.run({ paths: ['posts/a.md'] })
    expect(await titles()).toEqual(['a: A', 'b: B3'])
  })

  it('looks at everything when what is published came from elsewhere', async () => {
    await content.repo.db.updateTable('content_state').set({ origin: 'elsewhere' }).execute()
    content.write('posts/b.md', '---\ntitle: B2\n---\nb')
    expect(await content.run({ paths: ['posts/a.md'], force: true })).toMatchObject({ changed: 1 })
  })

  it('takes the colours of code from what the page showed', async () => {
    const { repo, folder } = content
    const write = (text: string) =>
      content.write('posts/a.md', `---\ntitle: A\n---\n${text}\n\n\`\`\`ts\nseen = 1\n\`\`\``)
    write('One.')
    await content.run()
    const html = sql<string>`replace(html, 'seen', '<span class="tok-regexp">seen</span>')`
    await repo.db.updateTable('documents').set({ html }).execute()
    write('Two.')
    expectChange(repo, folder, 'posts/a.md')
    await importContent({ repo, folder, paths: ['posts/a.md'] })
    expect(await content.html('a')).toMatch(/Two.*<span class="tok-regexp">seen<\/span>/s)
  })
})
