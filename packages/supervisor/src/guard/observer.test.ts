import { describe, expect, it } from 'vitest'
import { watchSilence } from './observer.ts'

const seen = (askedAt: number, heartbeat: number, term: number | undefined = 7, answeredAt = askedAt + 10) =>
  ({ kind: 'seen', askedAt, answeredAt, term, heartbeat }) as const

describe('watchSilence', () => {
  it('waits from the answer that showed the last heartbeat', () => {
    const isSilent = watchSilence(3000, 1000)
    expect(isSilent(seen(0, 1))).toBe(false)
    expect(isSilent(seen(2990, 1, 7, 3009))).toBe(false)
    expect(isSilent(seen(3000, 1))).toBe(true)
  })

  it('starts again with each heartbeat, and with each holder', () => {
    const isSilent = watchSilence(3000, 1000)
    isSilent(seen(0, 1))
    expect(isSilent(seen(2900, 2))).toBe(false)
    expect(isSilent(seen(5800, 2))).toBe(false)
    expect(isSilent(seen(5900, 2, 8))).toBe(false)
    expect(isSilent(seen(8800, 2, 8))).toBe(false)
    expect(isSilent(seen(8900, 2, 8))).toBe(true)
  })

  it.each([
    ['failed', { kind: 'failed' } as const],
    ['was slow', seen(2000, 1, 7, 3001)],
  ])('starts again after a look that %s', (_, look) => {
    const isSilent = watchSilence(3000, 1000)
    isSilent(seen(0, 1))
    expect(isSilent(look)).toBe(false)
    expect(isSilent(seen(3100, 1))).toBe(false)
    expect(isSilent(seen(6050, 1))).toBe(false)
    expect(isSilent(seen(6100, 1))).toBe(true)
  })

  it('blames nobody while nobody holds the lease', () => {
    const isSilent = watchSilence(3000, 1000)
    expect(isSilent({ ...seen(0, 1), term: undefined })).toBe(false)
    expect(isSilent({ ...seen(9000, 1), term: undefined })).toBe(false)
  })
})
