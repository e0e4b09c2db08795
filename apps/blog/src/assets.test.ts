import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findAsset, findAssetByHash, readBlob } from './assets.ts'
import { openTestBlog, type TestBlog } from './testing/open-test-blog.ts'

let blog: TestBlog

beforeAll(async () => {
  blog = await openTestBlog()
  blog.sqlite.exec(`
    insert into assets (name, source, kind, content_type, hash, size, width, height, lqip, variants, is_external) values
      ('cats/tom.webp', 'assets/cats/tom.png', 'image', 'image/webp', 'aaaa', 3, 8, 4, 77,
        '[{"width":4,"height":2,"url":"/assets/bbbb/tom.webp","hash":"bbbb","size":1}]', 0),
      ('film.mp4', 'assets/film.mp4', 'file', 'video/mp4', 'cccc', 99, null, null, null, '[]', 1);
    insert into blobs values ('aaaa', 'image/webp', x'010203');
  `)
})

afterAll(() => blog.close())

describe('findAsset', () => {
  it('finds an image with its widths', async () => {
    expect(await findAsset(blog.repo.reader(), 'cats/tom.webp')).toEqual({
      name: 'cats/tom.webp',
      source: 'assets/cats/tom.png',
      kind: 'image',
      contentType: 'image/webp',
      hash: 'aaaa',
      size: 3,
      width: 8,
      height: 4,
      lqip: 77,
      variants: [{ width: 4, height: 2, url: '/assets/bbbb/tom.webp', hash: 'bbbb', size: 1 }],
      isExternal: false,
    })
  })

  it('finds a file that is kept outside the database, by its hash too', async () => {
    expect(await findAsset(blog.repo.reader(), 'film.mp4')).toMatchObject({ isExternal: true, lqip: null })
    expect(await findAssetByHash(blog.repo.reader(), 'cccc')).toMatchObject({ name: 'film.mp4' })
  })

  it('does not find what is not there', async () => {
    expect(await findAsset(blog.repo.reader(), 'tom.webp')).toBeUndefined()
    expect(await findAssetByHash(blog.repo.reader(), 'dddd')).toBeUndefined()
  })
})

describe('readBlob', () => {
  it('reads bytes by their hash', async () => {
    const blob = await readBlob(blog.repo.reader(), 'aaaa')
    expect(blob).toMatchObject({ contentType: 'image/webp' })
    expect([...blob!.bytes]).toEqual([1, 2, 3])
    expect(await readBlob(blog.repo.reader(), 'bbbb')).toBeUndefined()
  })
})
