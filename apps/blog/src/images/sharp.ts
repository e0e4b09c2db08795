import type { Sharp, default as SharpModule, SharpOptions } from 'sharp'
import { ContentError } from '../errors.ts'

/** A picture in memory: rows of pixels, each of three or four bytes of sRGB. */
export interface Pixels {
  data: Uint8Array
  width: number
  height: number
  channels: 3 | 4
}

let loaded: Promise<typeof SharpModule> | undefined

/**
 * Loads sharp at the first picture: a site without any, and a process that only serves, never pay for it. Each
 * thread that works on pictures does one thing at a time, so that on a small machine an import leaves room (memory,
 * and threads of Node's pool) to serve.
 */
export function loadSharp(): Promise<typeof SharpModule> {
  loaded ??= import('sharp').then(({ default: sharp }) => {
    sharp.concurrency(1)
    sharp.cache(false)
    return sharp
  })
  return loaded
}

/** `failOn`: half a picture is an error, a picture with an odd header is not. */
export const readOptions = { failOn: 'error', limitInputPixels: false } satisfies SharpOptions

/** Runs a step that reads a picture; what it throws is the picture's fault. */
export async function reading<T>(name: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step()
  } catch (error) {
    if (error instanceof ContentError) throw error
    const reason = (error as Error).message.trim().split('\n')[0]
    throw new ContentError('unreadable_image', `cannot read the picture ${name}: ${reason}`, { cause: error })
  }
}

export function fromPixels(sharp: typeof SharpModule, { data, width, height, channels }: Pixels): Sharp {
  return sharp(data, { raw: { width, height, channels }, limitInputPixels: false })
}
