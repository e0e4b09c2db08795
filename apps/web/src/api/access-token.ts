import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { ApiError } from './errors.ts'

/** `publish`: change the content. `operate`: see what is private about the machines. */
export const accessScopes = ['publish', 'operate'] as const
export type AccessScope = (typeof accessScopes)[number]

/**
 * A token for programs: scopes, expiry (milliseconds since 1970; rounded up to seconds) and a random part, signed with
 * the site's secret. Every node that shares the secret knows it at once, and nothing about it is stored that could be
 * stolen. A new secret makes all of them worthless.
 */
export function signAccess(
  secret: string,
  { scopes, expiresAt }: { scopes: AccessScope[]; expiresAt: number },
): string {
  const expiry = Math.ceil(expiresAt / 1000).toString(36)
  const claims = `${scopes.join('+')}.${expiry}.${randomBytes(6).toString('base64url')}`
  return `atoll.${claims}.${signatureOf(secret, claims).toString('base64url')}`
}

/** Throws unless an Authorization header proves the scope. */
export function checkAccess(
  header: string | undefined,
  scope: AccessScope,
  { secret, now }: { secret: string; now: Date },
) {
  const [, token] = /^Bearer +(\S+)$/i.exec(header ?? '') ?? []
  if (token === undefined) throw new ApiError('no_token', `this needs a token with the scope ${scope}`)
  const match = /^atoll\.(([a-z+]{1,40})\.([0-9a-z]{1,10})\.[\w-]{8})\.([\w-]{43})$/.exec(token)
  // Compares in constant time: how far a guess was right must not show in how long the answer took.
  const isSigned = match && timingSafeEqual(signatureOf(secret, match[1]!), Buffer.from(match[4]!, 'base64url'))
  if (!isSigned) throw new ApiError('bad_token', 'the token was not made for this site')
  const [, , scopes, expiry] = match
  const expiresAt = Number.parseInt(expiry!, 36) * 1000
  if (expiresAt <= now.getTime())
    throw new ApiError('bad_token', `the token expired at ${new Date(expiresAt).toISOString()}`)
  if (!scopes!.split('+').includes(scope)) throw new ApiError('wrong_scope', `this needs the scope ${scope}`)
}

export function hasAccess(
  header: string | undefined,
  scope: AccessScope,
  proof: { secret: string; now: Date },
): boolean {
  try {
    checkAccess(header, scope, proof)
    return true
  } catch {
    return false
  }
}

function signatureOf(secret: string, claims: string): Buffer {
  return createHmac('sha256', secret).update(`access\n${claims}`).digest()
}
