import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { formatOf } from './format.ts'

describe('formatOf', () => {
  it.each(['png', 'jpeg', 'webp', 'gif', 'avif', 'tiff'] as const)('knows %s by its bytes', async (format) => {
    const picture = sharp({ create: { width: 9, height: 9, channels: 3, background: 'red' } })
    expect(formatOf(await picture.toFormat(format).toBuffer())).toBe(format)
  })

  it.each([
    ['an MP4', box('ftypisom', 'mp41')],
    ['a HEIC', box('ftypheic', 'mif1')],
    ['a WAV', Buffer.from('RIFF\0\0\0\0WAVEfmt ')],
    ['a PDF', Buffer.from('%PDF-1.7')],
    ['the beginning of a PNG', Buffer.from('\x89PNG', 'latin1')],
    ['nothing', Buffer.alloc(0)],
    ['too little', Buffer.from('\0\0\0\x20ftyp')],
  ])('takes %s for none', (_, bytes) => {
    expect(formatOf(bytes)).toBeUndefined()
  })

  it('knows an AVIF that names another brand first', () => {
    expect(formatOf(box('ftypmif1', 'avif'))).toBe('avif')
  })

  it('reads from where the bytes begin, not from where their memory does', async () => {
    const memory = Buffer.concat([Buffer.alloc(100, 0xff), box('ftypavif', 'mif1')])
    expect(formatOf(new Uint8Array(memory.buffer, memory.byteOffset + 100, 20))).toBe('avif')
  })
})

function box(start: string, brand: string): Buffer {
  return Buffer.from(`\0\0\0\x14${start}\0\0\0\0${brand}`, 'latin1')
}
