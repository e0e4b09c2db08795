import { createHmac, timingSafeEqual } from 'node:crypto'

/**
 * A token that shows one draft until a moment (milliseconds since 1970). It names its expiry and proves both with
 * the site's secret, so it needs no place to be kept, and cannot be moved to another slug or a later day.
 */
export function signPreview(secret: string, slug: string, expiresAt: number): string {
  const expiry = Math.floor(expiresAt / 1000).toString(36)
  return `${expiry}.${signatureOf(secret, slug, expiry).toString('base64url')}`
}

/** Compares in constant time: how far a guess was right must not show in how long the answer took. */
export function isPreviewValid(secret: string, slug: string, token: string, now: Date): boolean {
  const match = /^([0-9a-z]{1,10})\.([\w-]{43})$/.exec(token)
  if (!match) return false
  const [, expiry, signature] = match
  const isSigned = timingSafeEqual(signatureOf(secret, slug, expiry!), Buffer.from(signature!, 'base64url'))
  return isSigned && Number.parseInt(expiry!, 36) * 1000 > now.getTime()
}

function signatureOf(secret: string, slug: string, expiry: string): Buffer {
  return createHmac('sha256', secret).update(`preview\n${slug}\n${expiry}`).digest()
}
