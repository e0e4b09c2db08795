import type { EngineAnswer, Numbered } from '../host/messages.ts'

/** Bytes worth handing over to another thread rather than copying: large, and alone in their buffer. */
export function largeBuffersOf(answers: Numbered<EngineAnswer>[]): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>()
  for (const { body } of answers) {
    if (body.kind !== 'rows') continue
    for (const { rows } of body.results) {
      if (rows.length > 4) continue
      for (const row of rows) {
        for (const value of Object.values(row as object)) if (isLarge(value)) buffers.add(value.buffer as ArrayBuffer)
      }
    }
  }
  return [...buffers]
}

function isLarge(value: unknown): value is Uint8Array {
  if (!(value instanceof Uint8Array) || value.byteLength < 16_384) return false
  return value.buffer instanceof ArrayBuffer && value.byteLength === value.buffer.byteLength
}
