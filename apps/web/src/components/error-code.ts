import { createHash } from 'node:crypto'

/** `0E : 016F : BFF9B3D4`: looks like a machine's last words, and is always the same for the same reason. */
export function errorCode(reason: string): string {
  const hash = BigInt(`0x${createHash('sha256').update(reason).digest('hex').slice(0, 12)}`)
  const digits = (value: bigint, length: number) => value.toString(16).toUpperCase().padStart(length, '0')
  return [digits(hash % 255n, 2), digits((hash / 256n) % 65535n, 4), digits(hash / 65536n, 8)].join(' : ')
}
