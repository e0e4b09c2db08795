import { describe, expect, it } from 'vitest'
import type { AssetInfo } from '../markdown/index.ts'
import { assetNamesOf, lookUpAssets } from './asset-lookup.ts'

describe('assetNamesOf', () => {
  it('finds a drawing under the name the original gave its picture', () => {
    expect(assetNamesOf('../assets/images/map.webp')).toContain('map.svg')
  })

  it.each(['../assets/x.png', '/assets/x.webp', 'assets/images/x.jpg', '/assets/images/x.webp'])(
    'takes %s for the image x.webp',
    (reference) => {
      expect(assetNamesOf(reference)).toContain('x.webp')
    },
  )

  it('keeps folders', () => {
    expect(assetNamesOf('../assets/my cats/tom.png')).toEqual([
      'my cats/tom.png.webp',
      'my cats/tom.png',
      'my cats/tom.webp',
    ])
  })

  it.each(['x.png', 'my-assets/x.png', 'assets/'])('finds nothing of ours in %s', (reference) => {
    expect(assetNamesOf(reference)).toEqual([])
  })
})

describe('lookUpAssets', () => {
  const tom = { name: 'cats/tom.webp', key: 'k1' } as AssetInfo
  const assets = new Map([[tom.name, tom]])

  it('remembers what a page depends on, what was not there included', () => {
    const lookup = lookUpAssets(assets)
    expect(lookup.find('../assets/cats/tom.png')).toBe(tom)
    expect(lookup.find('../assets/tim.webp')).toBeUndefined()
    expect(lookup.dependsOn).toEqual({
      'cats/tom.png.webp': '',
      'cats/tom.png': '',
      'cats/tom.webp': 'k1',
      'tim.webp.webp': '',
      'tim.svg': '',
      'tim.webp': '',
    })
  })
})
