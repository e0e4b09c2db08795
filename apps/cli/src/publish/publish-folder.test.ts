import { createHash, randomBytes } from 'node:crypto'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { partBytes } from '@atoll/blog'
import { encodeParts } from '@atoll/web'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openTestSite, type TestSite } from '../testing/open-site.ts'
import { exportFrom } from './export-from.ts'
import { publishFolder } from './publish-folder.ts'
import { openSite } from './site-client.ts'

let site: TestSite
beforeEach(async () => {
  site = await openTestSite()
})
afterEach(() => site.close())

const post = (title: string, body = 'Text.') => `---\ntitle: ${title}\nslug: ${title.toLowerCase()}\n---\n\n${body}\n`

function publish(folder: string, { force = false, url = site.url, token = site.token('publish') } = {}) {
  return publishFolder({ folder, force, site: openSite({ url, token }), onProgress: () => {} })
}

describe('publishFolder', () => {
  it('puts a folder on the site, and an edit replaces the page that readers have', async () => {
    const folder = site.folder('mine', { 'posts/hello.md': post('Hello'), 'assets/a.txt': 'a', 'assets/empty.txt': '' })
    expect(await publish(folder)).toMatchObject({ added: 3, problems: [] })
    const read = async () => (await fetch(`${site.url}/posts/hello`)).text()
    expect(await read()).toContain('Text.')
    writeFileSync(join(folder, 'posts/hello.md'), post('Hello', 'Edited.'))
    expect(await publish(folder)).toMatchObject({ changed: 1 })
    expect(await read()).toContain('Edited.')
    rmSync(join(folder, 'posts/hello.md'))
    expect(await publish(folder)).toMatchObject({ deleted: 1 })
    expect((await fetch(`${site.url}/posts/hello`)).status).toBe(404)
  })

  it('remembers per folder and site what it knows, so that nobody overwrites what they have not seen', async () => {
    const ana = site.folder('ana', { 'posts/a.md': post('A') })
    await publish(ana)
    const ben = join(site.home, 'ben')
    await exportFrom({
      site: openSite({ url: site.url, token: site.token('publish') }),
      folder: ben,
      onProgress: () => {},
    })
    writeFileSync(join(ben, 'posts/b.md'), post('B'))
    await publish(ben)
    writeFileSync(join(ana, 'posts/a.md'), post('A', 'Mine.'))
    await expect(publish(ana)).rejects.toMatchObject({ code: 'published_meanwhile' })
    await publish(ana, { force: true })
    expect((await fetch(`${site.url}/posts/b`)).status).toBe(404)
  })

  it('goes on where a cut connection ended, and keeps nothing twice', async () => {
    const bytes = randomBytes(2_000_000)
    const folder = site.folder('mine', { 'assets/film.bin': bytes, 'posts/a.md': post('A') })
    const seen = { parts: 0, cut: 0 }
    const unreliable = await openUnreliable(site.url, seen)
    try {
      expect(await publish(folder, { url: unreliable.url })).toMatchObject({ added: 2 })
    } finally {
      unreliable.server.closeAllConnections()
      await new Promise((resolve) => unreliable.server.close(resolve))
    }
    expect(seen.cut).toBeGreaterThan(1)
    expect(Buffer.from(await (await fetch(`${site.url}/assets/film.bin`)).arrayBuffer()).equals(bytes)).toBe(true)
    const [{ count }] = (await site.repo.db
      .selectFrom('original_parts')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .execute()) as [{ count: number }]
    expect(count).toBe(9)
  })

  it('sends only the parts that the site lacks of a file whose upload was given up', async () => {
    const bytes = randomBytes(2_000_000)
    const folder = site.folder('mine', { 'assets/film.bin': bytes })
    const client = openSite({ url: site.url, token: site.token('publish') })
    const hash = createHash('sha256').update(bytes).digest('hex')
    const parts = [0, 1, 2].map((part) => {
      return { hash, size: bytes.length, part, bytes: bytes.subarray(part * partBytes, (part + 1) * partBytes) }
    })
    for (const part of parts) await client.call('POST', '/api/publish/parts', encodeParts([part]))
    const sent = new Set<number>()
    const onProgress = (step: string, _: number, total: number) => void (step === 'sending' && sent.add(total))
    await publishFolder({ folder, force: false, site: client, onProgress })
    expect([...sent]).toEqual([bytes.length - 3 * partBytes])
  })

  it('asks again when the answer of the site breaks off', async () => {
    const folder = site.folder('mine', { 'posts/a.md': post('A') })
    const unreliable = await openUnreliable(site.url, { parts: 0, cut: 0, answers: 1 })
    try {
      expect(await publish(folder, { url: unreliable.url })).toMatchObject({ unchanged: 1, problems: [] })
    } finally {
      unreliable.server.closeAllConnections()
      await new Promise((resolve) => unreliable.server.close(resolve))
    }
    expect((await fetch(`${site.url}/posts/a`)).status).toBe(200)
  })

  it('says what is wrong with a token before anything is sent', async () => {
    const folder = site.folder('mine', { 'posts/a.md': post('A') })
    await expect(publish(folder, { token: 'nonsense' })).rejects.toMatchObject({ code: 'bad_token' })
    await expect(publish(folder, { token: site.token('operate') })).rejects.toMatchObject({ code: 'wrong_scope' })
  })

  it('refuses a file that is too large for the database, and publishes nothing', async () => {
    const folder = site.folder('mine', { 'assets/film.bin': new Uint8Array(8 * 1024 * 1024), 'posts/a.md': post('A') })
    await expect(publish(folder)).rejects.toMatchObject({ code: 'file_too_large' })
    expect((await fetch(`${site.url}/posts/a`)).status).toBe(404)
  })

  it('brings the bytes back as they were', async () => {
    const folder = site.folder('mine', { 'posts/a.md': `\r\n${post('A')}`, 'assets/one.bin': randomBytes(300_000) })
    await publish(folder)
    const back = join(site.home, 'back')
    await exportFrom({
      site: openSite({ url: site.url, token: site.token('publish') }),
      folder: back,
      onProgress: () => {},
    })
    for (const path of ['posts/a.md', 'assets/one.bin']) {
      expect(readFileSync(join(back, path)).equals(readFileSync(join(folder, path)))).toBe(true)
    }
  })
})

/**
 * Stands before a site, and cuts every third request that brings bytes: half of them before, half after its work. And
 * the first `answers` of publications after their first byte.
 */
async function openUnreliable(
  target: string,
  seen: { parts: number; cut: number; answers?: number },
): Promise<{ url: string; server: Server }> {
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await Array.fromAsync(request as AsyncIterable<Buffer>))
    const isPart = request.url === '/api/publish/parts'
    if (isPart) seen.parts++
    const isCut = isPart && seen.parts % 3 === 0
    if (isCut) seen.cut++
    if (isCut && seen.cut % 2 === 0) return void request.socket.destroy()
    const answer = await fetch(target + request.url, {
      method: request.method!,
      headers: { authorization: request.headers.authorization! },
      ...(body.length > 0 && { body }),
    })
    const text = await answer.text()
    if (isCut) return void request.socket.destroy()
    if (request.url === '/api/publish' && seen.answers) {
      seen.answers--
      return void response.writeHead(200).write('{', () => response.destroy())
    }
    response.writeHead(answer.status).end(text)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server }
}
