import { createHash } from 'node:crypto'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openContent, type TestContent } from '../import/testing/open-content.ts'
import { countParts, type OriginalPart, partBytes } from '../schema/originals.ts'
import { exportContent } from './export.ts'
import { readFolder } from './folder-manifest.ts'
import { keepUploaded } from './originals.ts'
import { type PublicationRequest, preparePublication, publishFiles, renewContent } from './publish.ts'

/** The site, with a folder of its own, and two folders of people who publish to it. */
let site: TestContent
let ana: TestContent
let ben: TestContent

beforeEach(async () => {
  ;[site, ana, ben] = [await openContent(), await openContent(), await openContent()]
})
afterEach(async () => {
  for (const content of [site, ana, ben]) await content.close()
})

async function upload(from: TestContent, files: { hash: string }[]) {
  const { files: all } = await readFolder(from.folder)
  for (const { path, hash, size } of all.filter(({ hash }) => files.some((lack) => lack.hash === hash))) {
    const bytes = readFileSync(join(from.folder, path))
    await keepUploaded(site.repo, cut(bytes, hash, size))
  }
}

function cut(bytes: Uint8Array, hash: string, size = bytes.length): OriginalPart[] {
  return Array.from({ length: countParts(size) }, (_, part) => {
    return { hash, size, part, bytes: bytes.subarray(part * partBytes, (part + 1) * partBytes) }
  })
}

async function publish(from: TestContent, options: Partial<PublicationRequest> = {}) {
  const request = { ...(await readFolder(from.folder)), ...options }
  const plan = await preparePublication(site.repo, request)
  await upload(from, plan.lacks)
  return publishFiles({ repo: site.repo, pool: site.pool }, request)
}

describe('publishFiles', () => {
  it('makes the site from what was sent', async () => {
    const picture = await sharp({ create: { width: 4, height: 3, channels: 3, background: 'red' } })
      .png()
      .toBuffer()
    ana.write('assets/dot.png', picture)
    ana.writePost('hello', '', '![Dot](/assets/dot.png)')
    expect(await publish(ana)).toMatchObject({ added: 2, problems: [] })
    expect(await site.slugs()).toEqual(['hello'])
    expect(await site.html('hello')).toMatch(/assets\/[0-9a-f]{16}\/dot\.webp/)
  })

  it('asks only for what changed', async () => {
    ana.writePost('a')
    ana.writePost('b')
    const { number } = await publish(ana)
    ana.writePost('b', '', 'Other text.')
    const plan = await preparePublication(site.repo, { ...(await readFolder(ana.folder)), base: number })
    expect(plan).toMatchObject({ added: 0, changed: 1, deleted: 0, lacks: [{ parts: [] }] })
  })

  it('gives the report of the same checks as an import', async () => {
    ana.write('posts/broken.md', '---\ntitle: [\n---\n')
    ana.writePost('good')
    const report = await publish(ana)
    expect(report.problems).toMatchObject([{ path: 'posts/broken.md', severity: 'error', code: 'bad_front_matter' }])
    expect(await site.slugs()).toEqual(['good'])
  })

  it('changes nothing before every byte is there', async () => {
    ana.writePost('a')
    const request = await readFolder(ana.folder)
    await expect(publishFiles({ repo: site.repo, pool: site.pool }, request)).rejects.toMatchObject({
      code: 'incomplete',
    })
    expect(await site.slugs()).toEqual([])
  })

  it('remakes a page whose picture changed, from the text it has', async () => {
    const dot = (background: string) =>
      sharp({ create: { width: 4, height: 3, channels: 3, background } })
        .png()
        .toBuffer()
    ana.write('assets/dot.png', await dot('red'))
    ana.writePost('a', '', '![Dot](/assets/dot.png)')
    const { number } = await publish(ana)
    const before = await site.html('a')
    ana.write('assets/dot.png', await dot('blue'))
    await publish(ana, { base: number })
    expect(await site.html('a')).not.toBe(before)
  })

  it('does nothing for what is published already', async () => {
    ana.writePost('a')
    const { number } = await publish(ana)
    expect(await publish(ana, { base: number })).toMatchObject({ number, unchanged: 1, added: 0, changed: 0 })
  })
})

describe('two who publish', () => {
  beforeEach(() => {
    ana.writePost('a')
    ben.writePost('b')
  })

  it('cannot mix: the second is told what came in between', async () => {
    await publish(ana)
    const base = (await publish(ben, { force: true })).number
    ana.writePost('a', '', 'Newer.')
    await expect(publish(ana, { base: base - 1 })).rejects.toMatchObject({ code: 'published_meanwhile' })
    expect(await site.slugs()).toEqual(['b'])
  })

  it('cannot mix when both are ready at once', async () => {
    const requests = await Promise.all([ana, ben].map(({ folder }) => readFolder(folder)))
    for (const [index, from] of [ana, ben].entries()) {
      await upload(from, (await preparePublication(site.repo, requests[index]!)).lacks)
    }
    const outcomes = await Promise.allSettled(
      requests.map((request) => publishFiles({ repo: site.repo, pool: site.pool }, request)),
    )
    const refused = outcomes.filter(({ status }) => status === 'rejected')
    expect(refused).toMatchObject([{ reason: { code: expect.stringMatching(/published_meanwhile|not_from_here/) } }])
    expect(await site.slugs()).toHaveLength(1)
  })

  it('do not delete by chance what the other one published', async () => {
    await publish(ana)
    await expect(publish(ben)).rejects.toMatchObject({ code: 'not_from_here' })
    expect(await site.slugs()).toEqual(['a'])
  })

  it('do not undo newer content with an older folder', async () => {
    await publish(ana)
    ben.write('posts/a.md', '---\ntitle: old\nslug: a\n---\nOld.\n')
    ben.remove('posts/b.md')
    ben.age('posts/a.md', 1000)
    await expect(publish(ben)).rejects.toMatchObject({ code: 'older_content' })
    await publish(ben, { force: true })
    expect(await site.html('a')).toContain('Old.')
  })
})

describe('what was published', () => {
  it('survives the import of an older folder', async () => {
    site.writePost('released')
    site.age('posts/released.md', 1000)
    await site.run()
    ana.writePost('published')
    await publish(ana, { force: true })
    expect(await site.run()).toMatchObject({ refused: expect.stringContaining('older') })
    expect(await site.slugs()).toEqual(['published'])
  })

  it('survives the import of the folder that it took the place of, though its own files are older', async () => {
    site.writePost('released')
    site.age('posts/released.md', 2000)
    await site.run()
    ana.writePost('published')
    ana.age('posts/published.md', 1000)
    await publish(ana, { force: true })
    expect(await site.run()).toMatchObject({ refused: expect.stringContaining('older') })
    expect(await site.slugs()).toEqual(['published'])
  })

  it('is made again by a release that renders differently', async () => {
    ana.writePost('a')
    await publish(ana)
    await site.repo.db.updateTable('content_state').set({ renderer: 'old/1' }).execute()
    const before = await site.repo.db.selectFrom('content_state').select(['revision', 'origin']).execute()
    const renewed = await renewContent({ repo: site.repo, pool: site.pool })
    expect(renewed).toMatchObject({ changed: 1, problems: [] })
    expect(await site.repo.db.selectFrom('content_state').select(['revision', 'origin']).execute()).toEqual(before)
    expect(await renewContent({ repo: site.repo, pool: site.pool })).toMatchObject({ changed: 0, unchanged: 1 })
  })
})

describe('an upload', () => {
  const bytes = Buffer.alloc(partBytes * 2 + 5, 'x')
  const hash = createHash('sha256').update(bytes).digest('hex')

  it('goes on where it was interrupted', async () => {
    ana.write('assets/film.bin', bytes)
    await keepUploaded(site.repo, cut(bytes, hash).slice(1, 2))
    const request = await readFolder(ana.folder)
    expect((await preparePublication(site.repo, request)).lacks).toEqual([{ hash, size: bytes.length, parts: [1] }])
    await keepUploaded(site.repo, [cut(bytes, hash)[2]!, cut(bytes, hash)[0]!])
    expect((await preparePublication(site.repo, request)).lacks).toEqual([])
  })

  it('is thrown away when its bytes are not those it promised', async () => {
    const parts = cut(Buffer.alloc(bytes.length, 'y'), hash)
    await expect(keepUploaded(site.repo, parts)).rejects.toMatchObject({ code: 'spoilt_upload' })
    await keepUploaded(site.repo, cut(bytes, hash))
    expect(await site.repo.db.selectFrom('originals').select(['hash', 'is_whole']).execute()).toEqual([
      { hash, is_whole: 1 },
    ])
  })

  it('that nobody finished is deleted a day later, and what the content uses is not', async () => {
    await keepUploaded(site.repo, cut(bytes, hash).slice(0, 1))
    ana.writePost('a')
    await publish(ana)
    await site.repo.db.updateTable('originals').set({ kept_at: 1000 }).execute()
    ana.writePost('b')
    const { number } = await site.repo.db.selectFrom('content_state').select('number').executeTakeFirstOrThrow()
    await publish(ana, { base: number })
    const left = await site.repo.db.selectFrom('originals').select('hash').execute()
    expect(left.map((row) => row.hash)).not.toContain(hash)
    expect(left).toHaveLength(2)
    expect(await site.repo.db.selectFrom('original_parts').select('hash').execute()).toHaveLength(2)
  })
})

describe('exportContent', () => {
  it('gives back the bytes that were imported, through any number of rounds', async () => {
    const picture = await sharp({ create: { width: 40, height: 30, channels: 3, background: 'red' } })
      .jpeg()
      .toBuffer()
    site.write('assets/photos/one.jpg', picture)
    site.write('assets/data.bin', Buffer.alloc(partBytes + 1, 7))
    site.write('assets/empty.txt', '')
    site.write('posts/a.md', '\uFEFF---\r\ntitle: Windows\r\n---\r\nText\r\n')
    site.write('posts/broken.md', '---\ntitle: [\n---\n')
    site.write('site.yaml', 'title: Here\n')
    site.write('projects/all.yaml', '# a comment\n- name: P\n  url: https://example.org\n  description: D\n')
    await site.run()
    const written = join(ana.folder, 'out')
    expect(await exportContent({ repo: site.repo, folder: written })).toMatchObject({ files: 7, missing: [] })
    const [before, after] = [await readFolder(site.folder), await readFolder(written)]
    expect(after.files).toEqual(before.files)

    await ana.run({ folder: written })
    const again = join(ben.folder, 'again')
    await exportContent({ repo: ana.repo, folder: again })
    expect((await readFolder(again)).files).toEqual(before.files)
    expect(await ana.slugs()).toEqual(await site.slugs())
  })

  it('copies what is too large for the database from the content folder, or says that it is missing', async () => {
    site.write('assets/film.bin', Buffer.alloc(5000, 1))
    await site.run({ largeFileBytes: 1000 })
    const [one, two] = [join(ana.folder, 'one'), join(ana.folder, 'two')]
    expect(await exportContent({ repo: site.repo, folder: one, contentFolder: site.folder })).toMatchObject({
      missing: [],
    })
    rmSync(join(site.folder, 'assets/film.bin'))
    expect(await exportContent({ repo: site.repo, folder: two, contentFolder: site.folder })).toMatchObject({
      missing: ['assets/film.bin'],
    })
  })

  it('does not write into a folder that holds something', async () => {
    ana.writePost('mine')
    await expect(exportContent({ repo: site.repo, folder: ana.folder })).rejects.toMatchObject({
      code: 'folder_not_empty',
    })
  })
})
