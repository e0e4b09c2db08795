import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkContent } from './check-content.ts'
import { openContent, type TestContent } from './testing/open-content.ts'

describe('checkContent', () => {
  let content: TestContent
  beforeEach(async () => {
    content = await openContent()
  })
  afterEach(() => content.close())

  const check = async () => {
    const problems = await checkContent(content.folder)
    return problems.map(({ path, line, code, message }) => `${path}:${line} ${code} ${message}`)
  }

  it('finds nothing wrong with links that lead somewhere', async () => {
    content.writePost('a', 'tags: [C++]\npermalinks: [/uses]', '## One two\n\n[self](#one-two) [title](#a) [top](#)')
    content.writePost(
      'b',
      '',
      [
        ...['/', '/posts', '/posts/a', 'a', './a#one-two', '/posts/a/?x=1', '/about', '/uses', '/tags/cplusplus'],
        ...['/rss', '/archive/2025', 'https://example.org/nowhere', '//example.org', 'mailto:ana@example.org'],
      ]
        .map((href) => `[x](${href})`)
        .join(' '),
    )
    content.write('pages/about.md', '---\ntitle: About\n---\n[a](posts/a)')
    content.write('site.yaml', 'introduction: "[a](/posts/a) [about](about)"')
    expect(await check()).toEqual([])
  })

  it('reports links that lead nowhere, with their lines', async () => {
    content.writePost('hello-world', '', 'Text.')
    content.writePost('draft', 'is_draft: true', '[itself](/posts/draft) [other](/posts/hello-world)')
    content.writePost(
      'b',
      '',
      'x\n\n[a](/posts/helo-world)\n\n[b](/nowhere)\n\n[c](#nowhere)\n\n[d](hello-world#nowhere)\n\n[e](draft)\n\n[f](/tags/none)',
    )
    expect((await check()).map((problem) => problem.replace('posts/b.md:', ''))).toEqual([
      '7 broken_link the link /posts/helo-world leads nowhere; did you mean /posts/hello-world?',
      '9 broken_link the link /nowhere leads nowhere',
      '11 broken_link the link #nowhere leads to a heading that is not there',
      '13 broken_link the link hello-world#nowhere leads to a heading that is not there',
      '15 broken_link the link draft leads to a draft',
      '17 broken_link the link /tags/none leads nowhere',
    ])
  })

  it('says what to write in the place of the name of a file', async () => {
    content.write('posts/20250101_first.md', '---\ntitle: First\nslug: one\n---\n## Top')
    content.write('pages/about.md', '---\ntitle: About\n---\n[x](../posts/deep/second.md)')
    content.write('posts/deep/second.md', '---\ntitle: Second\nslug: two\n---\n[x](../20250101_first.md#top)')
    content.writePost('third', '', '[x](/posts/20250101_first.md) [x](posts/deep/second.md) [x](none.md)')
    expect(await check()).toEqual([
      'pages/about.md:4 broken_link the link ../posts/deep/second.md names a file; write its address, /posts/two',
      'posts/deep/second.md:5 broken_link the link ../20250101_first.md#top names a file; write its address, /posts/one#top',
      'posts/third.md:5 broken_link the link /posts/20250101_first.md names a file; write its address, /posts/one',
      'posts/third.md:5 broken_link the link posts/deep/second.md names a file; write its address, /posts/two',
      'posts/third.md:5 broken_link the link none.md leads nowhere',
    ])
  })

  it('says which file was probably meant, capitals or not', async () => {
    content.write('assets/Notes/Paper.PDF', '%PDF-1.4')
    content.write('assets/photo.svg', '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>')
    content.writePost('a', '', '[x](../assets/notes/paper.pdf) ![x](/assets/Foto.svg) [x](../assets/other.zip)')
    expect(await check()).toEqual([
      'posts/a.md:5 missing_asset ../assets/notes/paper.pdf is not among the assets; did you mean ../assets/Notes/Paper.PDF?',
      'posts/a.md:5 missing_asset ../assets/other.zip is not among the assets',
      'posts/a.md:5 missing_asset /assets/Foto.svg is not among the assets; did you mean /assets/photo.svg?',
    ])
  })

  it('reports what an import would report, missing images and missing alt texts', async () => {
    content.write('posts/bad.md', '---\nslug: x\n---\n')
    content.writePost('a', 'slug: same', '![](../assets/none.png)')
    content.writePost('b', 'slug: same')
    expect((await check()).map((problem) => problem.split(' ').slice(0, 2).join(' '))).toEqual([
      'posts/a.md:5 missing_alt',
      'posts/a.md:5 missing_asset',
      'posts/b.md:3 duplicate_slug',
      'posts/bad.md:1 missing_title',
    ])
  })

  it.each([
    ['a block', '|\n  Hello.\n\n  ![](../assets/none.png) [x](/posts/helo)', 5],
    ['one line', '"![](../assets/none.png) [x](/posts/helo)"', 2],
  ])('reports the same of an introduction that is %s', async (_, text, line) => {
    content.writePost('hello')
    content.write('site.yaml', `title: Sea\nintroduction: ${text}\n`)
    expect(await check()).toEqual([
      `site.yaml:${line} missing_alt the image ../assets/none.png has no text for those who do not see it`,
      `site.yaml:${line} missing_asset ../assets/none.png is not among the assets`,
      `site.yaml:${line} broken_link the link /posts/helo leads nowhere; did you mean /posts/hello?`,
    ])
  })

  it('says that there is no folder', async () => {
    await expect(checkContent(`${content.folder}/none`)).rejects.toMatchObject({ code: 'missing_folder' })
  })

  it('writes nothing', async () => {
    content.writePost('a')
    await check()
    expect(await content.slugs()).toEqual([])
  })
})
