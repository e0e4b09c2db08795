import { Buffer } from 'node:buffer'
import { deflateSync } from 'node:zlib'
import { encodeFrame } from './frame.ts'
import type { Told } from './protocol.ts'

/** Below this the bytes saved are less than a packet. */
const packedFromBytes = 1024

const dataPrefix = Buffer.from('data: ')
const dataEnd = Buffer.from('\n\n')

/**
 * Something to tell, encoded once for each way it travels, whoever gets it. It is compressed here and not by the
 * WebSocket's own extension, which would compress it again for each of ten thousand sockets, keep memory for each of
 * them, and take compressed messages from strangers.
 */
export class Message {
  readonly text: Buffer
  #frame: Buffer | undefined
  #packedFrame: Buffer | undefined
  #event: Buffer | undefined

  constructor(told: Told) {
    this.text = Buffer.from(JSON.stringify(told))
  }

  get frame(): Buffer {
    this.#frame ??= encodeFrame(this.text, 'text')
    return this.#frame
  }

  /** For whoever reads `deflate`: a short message as it is, a longer one as zlib's bytes. */
  get packedFrame(): Buffer {
    if (this.text.length < packedFromBytes) return this.frame
    this.#packedFrame ??= encodeFrame(deflateSync(this.text), 'binary')
    return this.#packedFrame
  }

  /** As a server-sent event. */
  get event(): Buffer {
    this.#event ??= Buffer.concat([dataPrefix, this.text, dataEnd])
    return this.#event
  }
}
