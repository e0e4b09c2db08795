import { inlineScriptHashes } from '../inline-script.ts'

/** Header names and values in turn, as node:http takes them without copying. */
export type RawHeaders = readonly string[]

export interface SecurityHeaders {
  /** For whatever this program writes: pages, feeds, messages, its own scripts and styles. */
  page: RawHeaders
  /** For bytes that came with the content. */
  asset(contentType: string): RawHeaders
}

/**
 * The headers that every answer carries.
 *
 * Nothing inline runs or styles, whatever gets into a page: a script must be a file of ours or have a hash that was
 * registered when the program started. Images, sound and films may come from any host over https, because Markdown
 * may link them; all else comes from here. Nobody may frame a page, change its base, or post its forms elsewhere.
 */
export function createSecurityHeaders({ origin }: { origin: string }): SecurityHeaders {
  const transport = origin.startsWith('https:') ? ['Strict-Transport-Security', 'max-age=31536000'] : []
  const shared = [
    'X-Content-Type-Options',
    'nosniff',
    'Referrer-Policy',
    'strict-origin-when-cross-origin',
    'X-Permitted-Cross-Domain-Policies',
    'none',
    ...transport,
  ]
  const page = [
    'Content-Security-Policy',
    pagePolicy(),
    'Permissions-Policy',
    permissionsPolicy,
    'Cross-Origin-Opener-Policy',
    'same-origin',
    'Cross-Origin-Resource-Policy',
    'same-origin',
    ...shared,
  ]
  const assetWith = (policy: string) => [
    'Content-Security-Policy',
    policy,
    // Feed readers on other sites show the images of a post.
    'Cross-Origin-Resource-Policy',
    'cross-origin',
    ...shared,
  ]
  const passive = assetWith(passivePolicy)
  const active = assetWith(activePolicy)
  return { page, asset: (contentType) => (isActive(contentType) ? active : passive) }
}

function pagePolicy(): string {
  const directives = [
    "default-src 'none'",
    ['script-src', "'self'", ...inlineScriptHashes()].join(' '),
    "style-src 'self'",
    "img-src 'self' data: https:",
    "media-src 'self' https:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "object-src 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types atoll',
  ]
  return directives.join('; ')
}

/** A sandbox would keep browsers from showing a PDF, and these types run nothing. */
const passivePolicy = "base-uri 'none'; frame-ancestors 'none'; script-src 'none'"

/** For what a browser would run when opened by itself: an origin of its own, no scripts, no requests. */
const activePolicy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"

function isActive(contentType: string): boolean {
  return /html|xml|javascript|css/i.test(contentType)
}

const permissionsPolicy = [
  'accelerometer',
  'camera',
  'display-capture',
  'geolocation',
  'gyroscope',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'publickey-credentials-get',
  'screen-wake-lock',
  'serial',
  'usb',
  'xr-spatial-tracking',
]
  .map((feature) => `${feature}=()`)
  .join(', ')
