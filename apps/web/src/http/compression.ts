import { promisify } from 'node:util'
import { brotliCompress, constants, gzip, zstdCompress } from 'node:zlib'
import type { Encoding } from './accept-encoding.ts'

/**
 * `quick`: for pages that may be asked for once (searches, later pages of lists); a fifth of a millisecond.
 * `normal`: for the first readers of any other page. `best`: for what has proven to be read often.
 */
export type Effort = 'quick' | 'normal' | 'best'

export type Compressed = Exclude<Encoding, 'identity'>

const brotli = promisify(brotliCompress)
const zstd = promisify(zstdCompress)
const deflate = promisify(gzip)

/** Level by effort, measured on pages of 25 to 40 KB; brotli 9 costs fifteen times 8 and saves nothing. */
const levels = {
  br: { quick: 2, normal: 5, best: 11 },
  zstd: { quick: 1, normal: 3, best: 19 },
  gzip: { quick: 1, normal: 6, best: 9 },
} satisfies Record<Compressed, Record<Effort, number>>

/** Text is worth compressing; images, fonts and films already are. */
export function isCompressible(contentType: string): boolean {
  return /^(text\/|application\/(.+\+)?(json|xml|javascript|wasm)|image\/svg\+xml)/.test(contentType)
}

/** Runs on the thread pool: the thread that serves HTTP never compresses. */
export async function compress(body: Buffer, encoding: Compressed, effort: Effort): Promise<Buffer> {
  const level = levels[encoding][effort]
  switch (encoding) {
    case 'br':
      return brotli(body, {
        params: {
          [constants.BROTLI_PARAM_QUALITY]: level,
          [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
          [constants.BROTLI_PARAM_SIZE_HINT]: body.length,
          // A window larger than the page saves nothing and takes a third longer to set up.
          [constants.BROTLI_PARAM_LGWIN]: Math.min(22, Math.max(16, Math.ceil(Math.log2(body.length + 1)))),
        },
      })
    case 'zstd':
      return zstd(body, {
        params: { [constants.ZSTD_c_compressionLevel]: level },
        pledgedSrcSize: body.length,
      })
    case 'gzip':
      return deflate(body, { level })
  }
}

/**
 * Best effort, one at a time for the whole process: each holds a thread of the pool for tens of milliseconds.
 * Returns nothing when too many wait already; whoever asks can ask again.
 */
export async function compressLater(body: Buffer, encoding: Compressed): Promise<Buffer | undefined> {
  if (waiting >= 64) return undefined
  waiting++
  const turn = queue.then(() => compress(body, encoding, 'best'))
  queue = turn.then(leave, leave)
  return turn
}

let waiting = 0
let queue: Promise<void> = Promise.resolve()

function leave() {
  waiting--
}
