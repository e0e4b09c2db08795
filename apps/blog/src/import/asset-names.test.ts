import { describe, expect, it } from 'vitest'
import { assetUrl, publicName, renameAsset } from './asset-names.ts'
import type { AssetRow } from './jobs.ts'

describe('publicName', () => {
  it('is the path below assets, and WebP for pictures', () => {
    expect(publicName('assets/cats/tom.v2.png', 'image')).toBe('cats/tom.v2.webp')
    expect(publicName('assets/cats/tom.svg', 'vector')).toBe('cats/tom.svg')
    expect(publicName('assets/paper.pdf', 'file')).toBe('paper.pdf')
  })

  it('begins with a slash for files beside site.yaml', () => {
    expect(publicName('favicon.png', 'file')).toBe('/favicon.png')
  })
})

describe('assetUrl', () => {
  it('names the bytes, and the file for people', () => {
    expect(assetUrl('0123456789abcdef', 'my cats/tom & tim.webp')).toBe('/assets/0123456789abcdef/tom%20%26%20tim.webp')
  })
})

describe('renameAsset', () => {
  it('keeps the bytes and changes every name', () => {
    const variants = JSON.stringify([{ width: 1, height: 1, hash: 'h', size: 1, url: '/assets/h/a.webp' }])
    const row = { name: 'a.webp', source: 'assets/a.png', kind: 'image', hash: 'h', variants } as AssetRow
    const renamed = renameAsset(row, 'assets/new/b.png')
    expect(renamed).toMatchObject({ name: 'new/b.webp', source: 'assets/new/b.png', hash: 'h' })
    expect(JSON.parse(renamed.variants)).toEqual([{ width: 1, height: 1, hash: 'h', size: 1, url: '/assets/h/b.webp' }])
  })
})
