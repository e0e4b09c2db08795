import { existsSync, mkdtempSync, readdirSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openCardFolder } from './card-folder.ts'

let parent: string
let folder: string

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'cards-'))
  folder = join(parent, 'social')
})

afterEach(() => rmSync(parent, { recursive: true }))

/** As many bytes as asked for, with the end that a PNG has. */
function png(size: number): Buffer {
  return Buffer.concat([Buffer.alloc(size - 12, 1), Buffer.from('0000000049454e44ae426082', 'hex')])
}

const longAgo = new Date('2020-01-01')

describe('a card folder', () => {
  it('is made when something is written, and keeps it', async () => {
    const cards = openCardFolder(folder)
    expect(await cards.read('a')).toBeUndefined()
    expect(existsSync(folder)).toBe(false)
    await cards.write('a', png(100))
    expect(await openCardFolder(folder).read('a')).toEqual(png(100))
    expect(readdirSync(folder)).toEqual(['a.png'])
  })

  it('does not hand out a file that was cut short', async () => {
    const cards = openCardFolder(folder)
    await cards.write('a', png(100))
    truncateSync(join(folder, 'a.png'), 60)
    expect(await cards.read('a')).toBeUndefined()
  })

  it('forgets what was not used for the longest when it is full', async () => {
    const cards = openCardFolder(folder, { maxBytes: 1000 })
    for (const key of ['a', 'b', 'c']) {
      await cards.write(key, png(300))
      utimesSync(join(folder, `${key}.png`), longAgo, longAgo)
    }
    expect(await cards.read('a')).toEqual(png(300))
    await cards.write('d', png(300))
    expect(readdirSync(folder).sort()).toEqual(['a.png', 'd.png'])
  })

  it('counts what an earlier run left', async () => {
    for (const key of ['a', 'b', 'c']) await openCardFolder(folder).write(key, png(300))
    await openCardFolder(folder, { maxBytes: 1000 }).write('d', png(300))
    expect(readdirSync(folder).length).toBeLessThan(4)
  })

  it('clears away what killed writers left', async () => {
    const cards = openCardFolder(folder)
    await cards.write('a', png(100))
    const remains = join(folder, 'b.1234.tmp')
    writeFileSync(remains, 'half')
    utimesSync(remains, longAgo, longAgo)
    await openCardFolder(folder).write('c', png(100))
    expect(readdirSync(folder).sort()).toEqual(['a.png', 'c.png'])
  })

  it('leaves nothing behind where it cannot write', async () => {
    writeFileSync(folder, 'a file is in the way')
    await expect(openCardFolder(folder).write('a', png(100))).rejects.toThrow()
  })
})
