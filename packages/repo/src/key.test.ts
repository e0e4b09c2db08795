import { describe, expect, it } from 'vitest'
import { bytesOfKey, createKey, firstKeyAt, timeOfKey } from './key.ts'

describe('createKey', () => {
  it('makes UUIDs of version 7 that know their time', () => {
    const now = Date.now()
    const key = createKey(now)
    expect(key).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(timeOfKey(key)).toBe(now)
  })

  it('makes keys that sort by time as they are stored', () => {
    const [earlier, later] = [createKey(1_700_000_000_000), createKey(1_700_000_000_001)].map(bytesOfKey)
    expect(earlier!.compare(later!)).toBe(-1)
    expect(firstKeyAt(1_700_000_000_001).compare(later!)).toBe(-1)
    expect(firstKeyAt(1_700_000_000_001).compare(earlier!)).toBe(1)
  })

  it('never makes one twice', () => {
    expect(new Set(Array.from({ length: 5000 }, () => createKey(0))).size).toBe(5000)
  })
})

describe('timeOfKey', () => {
  it.each(['', 'x', '0190163d-8694-4000-8000-000000000000', '0190163D-8694-7000-8000-000000000000'])(
    'takes %j for no key',
    (text) => expect(timeOfKey(text)).toBeUndefined(),
  )
})
