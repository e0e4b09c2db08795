import { expect, it } from 'vitest'
import { mapSrcset } from './srcset.ts'

const bracket = (url: string) => `[${url}]`

it.each([
  ['/a.webp 320w, /b.webp 640w', '[/a.webp] 320w, [/b.webp] 640w'],
  ['/a.webp', '[/a.webp]'],
  ['/a,b.webp 1x,/c.webp 2x', '[/a,b.webp] 1x, [/c.webp] 2x'],
  ['/a.webp, /b.webp 2x,', '[/a.webp], [/b.webp] 2x'],
  [' ,, /a.webp 1x ,, ', '[/a.webp] 1x'],
  ['/a.webp calc(1, 2)x, /b.webp', '[/a.webp] calc(1, 2)x, [/b.webp]'],
  ['data:image/png;base64,AAAA 1x', '[data:image/png;base64,AAAA] 1x'],
  ['/a.webp (1', '[/a.webp] (1'],
  ['', ''],
])('changes each address in %j', (srcset, expected) => {
  expect(mapSrcset(srcset, bracket)).toBe(expected)
})
