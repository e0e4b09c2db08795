import { RepoError } from '../errors.ts'

/** How much may wait at once. */
export interface WaitingLimits {
  writes: number
  bytes: number
}

export const defaultLimits: WaitingLimits = { writes: 4096, bytes: 64 * 1024 * 1024 }

export type Admission = ReturnType<typeof createAdmission>

/** Counts the writes that are accepted and not yet answered; refuses the one that would be too much, at once. */
export function createAdmission(limits: WaitingLimits = defaultLimits) {
  let writes = 0
  let bytes = 0

  return {
    get writes() {
      return writes
    },
    get bytes() {
      return bytes
    },
    /** Returns how to give the place back. Throws a RepoError `overloaded`. */
    enter(size: number): () => void {
      if (writes + 1 > limits.writes || (bytes + size > limits.bytes && writes > 0)) {
        throw new RepoError('overloaded', `${writes} writes of ${bytes} bytes are waiting already`)
      }
      writes += 1
      bytes += size
      return () => {
        writes -= 1
        bytes -= size
      }
    },
  }
}

/** About how much memory a write holds: its strings and bytes, and a little for the rest. */
export function sizeOf(value: unknown): number {
  if (typeof value === 'string') return 2 * value.length
  if (ArrayBuffer.isView(value)) return value.byteLength
  if (typeof value !== 'object' || value === null) return 8
  let size = 16
  for (const key in value) size += 2 * key.length + sizeOf((value as Record<string, unknown>)[key])
  return size
}
