import { sql } from 'kysely'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openContent, type TestContent } from './testing/open-content.ts'

const picture = (background: string, width = 600) =>
  sharp({ create: { width, height: 300, channels: 3, background } })
    .png()
    .toBuffer()

describe('assets', () => {
  let content: TestContent
  beforeEach(async () => {
    content = await openContent()
  })
  afterEach(() => content.close())

  const assets = () =>
    content.repo.db.selectFrom('assets').select(['name', 'source', 'kind', 'hash']).orderBy('name').execute()
  const names = async () => (await assets()).map(({ name }) => name)
  const blobHashes = async () => {
    const rows = await content.repo.db.selectFrom('blobs').select('hash').orderBy('hash').execute()
    return rows.map(({ hash }) => hash)
  }
  /** Hashes that rows point to. */
  const usedHashes = async () => {
    const rows = await content.repo.db.selectFrom('assets').select(['hash', 'variants', 'is_external']).execute()
    const used = rows
      .filter(({ is_external }) => is_external === 0)
      .flatMap(({ hash, variants }) => [hash, ...JSON.parse(variants).map((variant: { hash: string }) => variant.hash)])
    return [...new Set(used)].sort()
  }

  /** As if so many days had passed since anything was replaced or deleted. */
  const wait = (days: number) =>
    sql`update retired_blobs set retired_at = strftime('%Y-%m-%dT%H:%M:%SZ', retired_at, ${`-${days} days`})`.execute(
      content.repo.db,
    )

  it('are pictures as WebP in folders, drawings, and other files as they are', async () => {
    content.write('assets/cats/tom.png', await picture('red'))
    content.write(
      'assets/logo.svg',
      '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="3"><path d="M0 0"/></svg>',
    )
    content.write('assets/paper.pdf', '%PDF-1.4')
    expect(await content.problems()).toEqual([])
    expect(await names()).toEqual(['cats/tom.webp', 'logo.svg', 'paper.pdf'])
    expect(await blobHashes()).toEqual(await usedHashes())
    const paper = await content.repo.db
      .selectFrom('blobs')
      .select('bytes')
      .where('content_type', 'like', '%pdf')
      .execute()
    expect(Buffer.from(paper[0]!.bytes).toString()).toBe('%PDF-1.4')
  })

  it('render again what shows them when they change, appear or go', async () => {
    content.writePost('shows', '', '![Tom](../assets/tom.png)')
    content.writePost('other')
    expect(await content.problems()).toEqual([expect.stringContaining('missing_asset')])
    const seen: string[] = []
    const step = async (changed: number) => {
      expect(await content.run()).toMatchObject({ changed })
      seen.push((await content.html('shows'))!)
    }
    content.write('assets/tom.png', await picture('red'))
    await step(1)
    expect(seen[0]).toContain(`/assets/${(await assets())[0]!.hash}/tom.webp`)
    content.write('assets/tom.png', await picture('blue'))
    await step(2)
    expect(seen[1]).toContain(`/assets/${(await assets())[0]!.hash}/tom.webp`)
    content.remove('assets/tom.png')
    await step(1)
    expect(seen[2]).not.toContain('webp')
    expect(await content.problems()).toEqual([expect.stringContaining('missing_asset')])
  })

  it('that were replaced or deleted keep their bytes for a week, whatever names them still', async () => {
    content.write('assets/tom.png', await picture('red'))
    await content.run()
    const red = await blobHashes()
    await wait(100)
    content.write('assets/tom.png', await picture('blue'))
    await content.run()
    const both = await blobHashes()
    expect(both).toEqual(expect.arrayContaining(red))
    await wait(6)
    content.remove('assets/tom.png')
    await content.run()
    await content.run()
    expect(await blobHashes()).toEqual(both)
    await wait(2)
    await content.run()
    expect(await blobHashes()).toEqual(both.filter((hash) => !red.includes(hash)))
    await wait(6)
    content.writePost('other')
    await content.run()
    expect(await blobHashes()).toEqual([])
    expect(await content.repo.db.selectFrom('retired_blobs').selectAll().execute()).toEqual([])
  })

  it('that came back stay', async () => {
    content.write('assets/tom.png', await picture('red'))
    await content.run()
    content.move('assets/tom.png', 'assets/.tom.png')
    await content.run()
    content.move('assets/.tom.png', 'assets/tom.png')
    await content.run()
    await wait(8)
    await content.run()
    expect(await blobHashes()).toEqual(await usedHashes())
    expect(await usedHashes()).not.toEqual([])
    expect(await content.repo.db.selectFrom('retired_blobs').selectAll().execute()).toEqual([])
  })

  it('render the introduction again too', async () => {
    content.write('site.yaml', 'introduction: "![Tom](assets/tom.png)"')
    await content.run()
    content.write('assets/tom.png', await picture('red'))
    await content.run()
    const { settings } = await content.repo.db.selectFrom('site').select('settings').executeTakeFirstOrThrow()
    expect(JSON.parse(settings).introductionHtml).toContain(`/assets/${(await assets())[0]!.hash}/tom.webp`)
  })

  it('that moved keep their bytes', async () => {
    content.write('assets/tom.png', await picture('red', 1000))
    content.writePost('shows', '', '![Tom](../assets/cats/tim.png)')
    await content.run()
    const [before, blobs] = [await assets(), await blobHashes()]
    content.move('assets/tom.png', 'assets/cats/tim.png')
    expect(await content.run()).toMatchObject({ renamed: 1, changed: 1, deleted: 0, problems: [] })
    expect(await assets()).toEqual([{ ...before[0], name: 'cats/tim.webp', source: 'assets/cats/tim.png' }])
    expect(await blobHashes()).toEqual(blobs)
    expect(await content.html('shows')).toContain('/tim.webp')
  })

  it('with bytes in common share them, and keep them while one is left', async () => {
    content.write('assets/a.png', await picture('red'))
    await content.run()
    content.write('assets/b.png', await picture('red'))
    await content.run()
    expect(await names()).toEqual(['a.webp', 'b.webp'])
    content.remove('assets/a.png')
    await content.run()
    expect(await blobHashes()).toEqual(await usedHashes())
    expect(await usedHashes()).not.toEqual([])
  })

  it('that cannot be read are reported, and the last good picture stays', async () => {
    const good = await picture('red')
    content.write('assets/tom.png', good)
    content.write('assets/new.png', 'no picture')
    expect(await content.problems()).toEqual([expect.stringMatching(/^assets\/new\.png:1 /)])
    const before = await assets()
    content.write('assets/tom.png', good.subarray(0, 60))
    expect(await content.problems()).toEqual([
      expect.stringMatching(/^assets\/new\.png:1 /),
      expect.stringMatching(/^assets\/tom\.png:1 unreadable_image/),
    ])
    expect(await assets()).toEqual(before)
    expect(await blobHashes()).toEqual(await usedHashes())
  })

  it('are all shown where their names differ in the ending alone', async () => {
    content.write('assets/tom.jpg', await picture('red'))
    content.write('assets/tom.png', await picture('blue', 500))
    content.writePost('a', '', '![red](../assets/tom.jpg) ![blue](../assets/tom.png)')
    expect(await content.problems()).toEqual([])
    expect(await assets()).toMatchObject([
      { name: 'tom.png.webp', source: 'assets/tom.png' },
      { name: 'tom.webp', source: 'assets/tom.jpg' },
    ])
    expect(await content.html('a')).toMatch(/alt="red"[^>]* width="600".* alt="blue"[^>]* width="500"/s)
    content.remove('assets/tom.jpg')
    content.write('assets/tom.png', await picture('green', 400))
    await content.run()
    expect(await names()).toEqual(['tom.webp'])
  })

  it('that would have the same name all the same are reported, but for the first', async () => {
    content.write('assets/tom.jpg', await picture('red'))
    content.write('assets/tom.png', await picture('blue'))
    content.write('assets/tom.png.jpg', await picture('green'))
    expect(await content.problems()).toEqual(['assets/tom.png:1 duplicate_asset'])
    expect(await names()).toEqual(['tom.png.webp', 'tom.webp'])
    expect(await blobHashes()).toEqual(await usedHashes())
    content.remove('assets/tom.png.jpg')
    expect(await content.problems()).toEqual([])
    expect(await assets()).toMatchObject([{ source: 'assets/tom.png' }, { source: 'assets/tom.jpg' }])
  })

  it('too large for the database stay in the folder', async () => {
    content.write('assets/film.mp4', new Uint8Array(2000))
    content.write('assets/song.mp3', new Uint8Array(500))
    await content.run({ largeFileBytes: 1000 })
    const rows = await content.repo.db
      .selectFrom('assets')
      .select(['name', 'size', 'is_external'])
      .orderBy('name')
      .execute()
    expect(rows).toEqual([
      { name: 'film.mp4', size: 2000, is_external: 1 },
      { name: 'song.mp3', size: 500, is_external: 0 },
    ])
    expect(await blobHashes()).toHaveLength(1)
  })
})
