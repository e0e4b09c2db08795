import { type OriginalPart, partBytes } from '@atoll/blog'
import { z } from 'zod'
import { parseJson } from './body.ts'
import { ApiError } from './errors.ts'

/** One part, or many small files, in one request. */
export const maxPartsBytes = 2 * partBytes

const headInput = z
  .array(
    z.object({
      hash: z.string().regex(/^[0-9a-f]{64}$/),
      size: z.number().int().nonnegative(),
      part: z.number().int().nonnegative(),
      bytes: z.number().int().nonnegative().max(partBytes),
    }),
  )
  .max(2000)

/** A line of JSON that lists the parts with their lengths, then their bytes one after the other. */
export function encodeParts(parts: readonly OriginalPart[]): Buffer {
  const head = parts.map(({ bytes, ...part }) => ({ ...part, bytes: bytes.length }))
  return Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), ...parts.map(({ bytes }) => bytes)])
}

export function decodeParts(body: Buffer): OriginalPart[] {
  const end = body.indexOf('\n')
  const head = headInput.safeParse(parseJson(body.subarray(0, Math.max(0, end))))
  if (!head.success) throw new ApiError('bad_request', `the list of parts is wrong: ${head.error.issues[0]?.message}`)
  let position = end + 1
  const parts = head.data.map(({ bytes: length, ...part }) => {
    const bytes = body.subarray(position, position + length)
    position += length
    return { ...part, bytes }
  })
  if (position !== body.length) throw new ApiError('bad_request', 'the bytes are not those that the list announces')
  return parts
}
