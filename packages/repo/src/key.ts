import { randomFillSync } from 'node:crypto'

/** Keys older than this are refused, by the writer's clock: whoever retries has this long. */
export const keyLifetimeMs = 15 * 60_000

/** Stored results outlive their keys' last chance, so that a late copy always meets either the result or a refusal. */
export const resultLifetimeMs = 2 * keyLifetimeMs

const keyPattern = /^([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/** Random bytes are made in bulk: one call to the system each would cost more than the rest of a key. */
const pool = new Uint8Array(4096)
let used = pool.length

/**
 * Names one write, so that it happens once however often it is sent: a UUIDv7 (RFC 9562). Its first 48 bits are the
 * time, so that keys made together are stored together; random ones would cost group commit most of its gain.
 */
export function createKey(now = Date.now()): string {
  if (used + 10 > pool.length) {
    randomFillSync(pool)
    used = 0
  }
  const time = now.toString(16).padStart(12, '0')
  const random = Buffer.from(pool.buffer, pool.byteOffset + used, 10).toString('hex')
  used += 10
  const variant = ((Number.parseInt(random[3]!, 16) & 0x3) | 0x8).toString(16)
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(0, 3)}-${variant}${random.slice(4, 7)}-${random.slice(7, 19)}`
}

/** When the key was made, in milliseconds since 1970 by its maker's clock; nothing when it is no UUIDv7. */
export function timeOfKey(key: string): number | undefined {
  const [, high, low] = keyPattern.exec(key) ?? []
  return high === undefined ? undefined : Number.parseInt(high + low, 16)
}

/** The 16 bytes that are stored; they sort as the text does. */
export function bytesOfKey(key: string): Buffer {
  return Buffer.from(key.replaceAll('-', ''), 'hex')
}

/** The least key of a moment: everything made before it sorts below. */
export function firstKeyAt(time: number): Buffer {
  return Buffer.from(Math.max(0, time).toString(16).padStart(12, '0').padEnd(32, '0'), 'hex')
}
