import { describe, expect, it } from 'vitest'
import { type Claimant, settleClaims } from './claims.ts'

const claimant = (source: string, keys: string[], published: string[] = []): Claimant => ({
  source,
  published,
  claims: keys.map((key) => ({
    key,
    conflict: (holder) => ({ line: 1, code: 'duplicate_slug', message: `${key}: ${holder}` }),
  })),
})

const refusedBy = (claimants: Claimant[], standing: Record<string, string> = {}) =>
  Object.fromEntries(
    [...settleClaims(claimants, new Map(Object.entries(standing))).refused].map(([source, { message }]) => [
      source,
      message,
    ]),
  )

describe('settleClaims', () => {
  it('gives an address to the first of two new files', () => {
    expect(refusedBy([claimant('a', ['x']), claimant('b', ['x'])])).toEqual({ b: 'x: a' })
  })

  it('leaves an address with the file that is published under it', () => {
    expect(refusedBy([claimant('a', ['x'])], { x: 'z' })).toEqual({ a: 'x: z' })
    expect(refusedBy([claimant('a', ['x']), claimant('b', ['x'], ['x'])])).toEqual({ a: 'x: b' })
  })

  it('lets two files swap their addresses', () => {
    expect(refusedBy([claimant('a', ['y'], ['x']), claimant('b', ['x'], ['y'])])).toEqual({})
  })

  it('gives a refused file back what it had, even if that refuses another', () => {
    const moved = claimant('b', ['x'], ['y'])
    const heir = claimant('c', ['y'])
    expect(refusedBy([moved, heir], { x: 'a' })).toEqual({ b: 'x: a', c: 'y: b' })
  })
})
