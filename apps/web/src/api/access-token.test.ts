import { describe, expect, it } from 'vitest'
import { checkAccess, signAccess } from './access-token.ts'

const secret = 'a secret of thirty-two characters'

describe('an access token', () => {
  const now = new Date('2026-11-27T12:00:00Z')
  const sign = (minutes: number, by = secret) =>
    signAccess(by, { scopes: ['publish'], expiresAt: now.getTime() + minutes * 60_000 })
  const check = (token: string, scope: 'publish' | 'operate' = 'publish') =>
    checkAccess(`Bearer ${token}`, scope, { secret, now })

  it('opens what its scopes name, until it expires', () => {
    expect(() => check(sign(1))).not.toThrow()
    expect(() => check(sign(1), 'operate')).toThrow(expect.objectContaining({ code: 'wrong_scope' }))
    expect(() => check(sign(-1))).toThrow(/expired at 2026-11-27T11:59/)
  })

  it('cannot be made without the secret, nor made to last or to open more', () => {
    const [, scopes, expiry, id, signature] = sign(1).split('.')
    for (const token of [
      sign(1, 'a secret of another site.........'),
      `atoll.publish+operate.${expiry}.${id}.${signature}`,
      `atoll.${scopes}.zzzzzzz.${id}.${signature}`,
      `atoll.${scopes}.${expiry}.${id}.${'A'.repeat(43)}`,
      '',
    ]) {
      expect(() => check(token)).toThrow(expect.objectContaining({ code: expect.stringMatching(/bad_token|no_token/) }))
    }
  })
})
