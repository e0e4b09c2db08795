import type { IncomingMessage } from 'node:http'
import { encodeToken, parseToken, type Token } from '@atoll/repo'
import type { RawHeaders } from '../http/security-headers.ts'

/** Programs carry the token in this header, browsers in a cookie of the same name; both are answered with both. */
export const tokenName = 'atoll-token'

/** As long as a reader may be away and still be shown nothing older than what he saw, in seconds. */
const cookieAgeSeconds = 24 * 60 * 60

/** Whether a request may be of someone with a token; asked of every request, so it only looks whether there is one. */
export function carriesToken({ headers }: Pick<IncomingMessage, 'headers'>): boolean {
  return headers[tokenName] !== undefined || headers.cookie?.includes(`${tokenName}=`) === true
}

/** What a request says its reader has seen or written. Nothing for what is no token: anyone can make one up. */
export function readToken({ headers }: Pick<IncomingMessage, 'headers'>): Token | undefined {
  const text = headers[tokenName] ?? (headers.cookie === undefined ? undefined : cookieNamed(tokenName, headers.cookie))
  return typeof text === 'string' ? parseToken(text) : undefined
}

/** For an answer to a reader who wrote, or who came with a token: what he may ask for from now on. */
export function tokenHeaders(token: Token, { isSecure }: { isSecure: boolean }): RawHeaders {
  const text = encodeToken(token)
  const attributes = `Path=/; Max-Age=${cookieAgeSeconds}; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`
  return ['Atoll-Token', text, 'Set-Cookie', `${tokenName}=${text}; ${attributes}`]
}

function cookieNamed(name: string, cookies: string): string | undefined {
  for (const cookie of cookies.split(';')) {
    const [found, value] = cookie.trim().split('=', 2)
    if (found === name) return value
  }
  return undefined
}
