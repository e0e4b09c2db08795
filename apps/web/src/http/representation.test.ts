import { promisify } from 'node:util'
import { brotliDecompress, gunzip, zstdDecompress } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { isUnchanged, Representation } from './representation.ts'

const html = 'A sentence that says what the one before it said. '.repeat(200)

function page(options: Partial<ConstructorParameters<typeof Representation>[0]> = {}) {
  return new Representation({
    contentType: 'text/html; charset=utf-8',
    body: Buffer.from(html),
    cacheControl: 'public, no-cache',
    headers: ['X-Content-Type-Options', 'nosniff'],
    ...options,
  })
}

describe('Representation', () => {
  it.each([
    ['br', promisify(brotliDecompress)],
    ['zstd', promisify(zstdDecompress)],
    ['gzip', promisify(gunzip)],
  ] as const)('makes %s that holds the same bytes', async (encoding, decompress) => {
    const form = await page().makeForm(encoding)
    expect(String(await decompress(form.body))).toBe(html)
    expect(headersOf(form.headers)).toMatchObject({
      'Content-Encoding': encoding,
      'Content-Length': String(form.body.length),
      Vary: 'Accept-Encoding',
    })
  })

  it('makes each encoding once, for all who ask at the same time', async () => {
    const representation = page()
    const [first, second] = await Promise.all([representation.makeForm('br'), representation.makeForm('br')])
    expect(second).toBe(first)
    expect(await representation.makeForm('br')).toBe(first)
  })

  it('gives every encoding a strong ETag of its own, which depends on the bytes alone', async () => {
    const etags = async (representation: Representation) => [
      representation.identity.etag,
      (await representation.makeForm('br')).etag,
      (await representation.makeForm('zstd')).etag,
      (await representation.makeForm('gzip')).etag,
    ]
    const [first, same, other] = await Promise.all([page(), page(), page({ body: Buffer.from(`${html}!`) })].map(etags))
    expect(new Set([...first!, ...other!]).size).toBe(8)
    expect(same).toEqual(first)
    for (const etag of first!) expect(etag).toMatch(/^"[\w-]+"$/)
  })

  it('compresses better what is read again, and still knows who has the former bytes', async () => {
    const representation = page()
    const quick = await representation.makeForm('br')
    for (let reader = 0; reader < 3; reader++) representation.countUse('br', quick)
    const best = await eventually(() => {
      const form = representation.form('br')
      return form === quick ? undefined : form
    })
    expect(best!.body.length).toBeLessThan(quick.body.length)
    expect(best!.etag).not.toBe(quick.etag)
    expect(isUnchanged(representation, best!, quick.etag)).toBe(true)
    expect(isUnchanged(representation, best!, best!.etag)).toBe(true)
    expect(isUnchanged(representation, best!, representation.identity.etag)).toBe(false)
  })

  it('leaves alone what is compressed already, and what is tiny', async () => {
    const image = page({ contentType: 'image/webp' })
    expect(await image.makeForm('br')).toBe(image.identity)
    expect(headersOf(image.identity.headers)).not.toHaveProperty('Vary')
    const tiny = page({ body: Buffer.from('ok') })
    expect(await tiny.makeForm('br')).toBe(tiny.identity)
    expect(headersOf(tiny.identity.headers)).toHaveProperty('Vary')
  })

  it('tells how much memory each encoding adds', async () => {
    const representation = page()
    const before = representation.size
    let growth = 0
    representation.onGrowth = (bytes) => {
      growth += bytes
    }
    const { body } = await representation.makeForm('gzip')
    expect(growth).toBe(body.length)
    expect(representation.size).toBe(before + growth)
  })

  it('is unchanged only when it was found', () => {
    const missing = page({ status: 404 })
    expect(isUnchanged(missing, missing.identity, missing.identity.etag)).toBe(false)
    expect(isUnchanged(missing, missing.identity, '*')).toBe(false)
  })

  it('leaves the description of the bytes out of a 304', () => {
    const { notModifiedHeaders, etag } = page().identity
    expect(headersOf(notModifiedHeaders)).toEqual({
      ETag: etag,
      'Cache-Control': 'public, no-cache',
      Vary: 'Accept-Encoding',
      'X-Content-Type-Options': 'nosniff',
    })
  })
})

function headersOf(raw: readonly string[]): Record<string, string> {
  return Object.fromEntries(raw.flatMap((name, index) => (index % 2 === 0 ? [[name, raw[index + 1]!]] : [])))
}

async function eventually<T>(probe: () => T | undefined): Promise<T> {
  for (;;) {
    const found = probe()
    if (found !== undefined) return found
    await new Promise((resolve) => setImmediate(resolve))
  }
}
