import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isPreviewValid, signPreview } from './preview.ts'

const secret = 'a secret that only tests know'
const now = new Date('2026-01-01T00:00:00Z')
const later = now.getTime() + 60_000

describe('signPreview', () => {
  it('makes a token that shows one post until it expires', () => {
    const token = signPreview(secret, 'draft', later)
    expect(isPreviewValid(secret, 'draft', token, now)).toBe(true)
    expect(isPreviewValid(secret, 'draft', token, new Date(later))).toBe(false)
    expect(isPreviewValid(secret, 'other', token, now)).toBe(false)
    expect(isPreviewValid(`${secret}!`, 'draft', token, now)).toBe(false)
  })

  it('needs no escaping in a link', () => {
    expect(signPreview(secret, '日本 & more', later)).toMatch(/^[\w.-]+$/)
  })

  it('cannot be given a later day', () => {
    const [expiry, signature] = signPreview(secret, 'draft', later).split('.')
    const moved = `${(Number.parseInt(expiry!, 36) + 86_400).toString(36)}.${signature}`
    expect(isPreviewValid(secret, 'draft', moved, now)).toBe(false)
  })

  it('is not what anyone happens to write', () => {
    const real = signPreview(secret, 'draft', later)
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[0-9a-z]{6}\.[\w-]{43}$/)), (token) => {
        expect(isPreviewValid(secret, 'draft', token, now)).toBe(token === real)
      }),
    )
  })
})
