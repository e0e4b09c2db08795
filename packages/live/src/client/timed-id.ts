/** A UUID of version 7 (RFC 9562, 5.7): ordered by time, as the keys of writes are to be. */
export function timedId(now: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[6] = 0x70 | (bytes[6]! & 0x0f)
  bytes[8] = 0x80 | (bytes[8]! & 0x3f)
  const time = now.toString(16).padStart(12, '0')
  const hex = time + [...bytes.subarray(6)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}
