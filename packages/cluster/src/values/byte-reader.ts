import { isUtf8 } from 'node:buffer'
import { ClusterError } from '../errors.ts'

/** Reads bytes that somebody else wrote: every length is held against what is left before anything is made of it. */
export class ByteReader {
  readonly #bytes: Buffer
  #position = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get left(): number {
    return this.#bytes.length - this.#position
  }

  byte(): number {
    this.#need(1)
    return this.#bytes[this.#position++]!
  }

  varint(): number {
    let value = 0
    for (let scale = 1; scale <= 0x80 ** 7; scale *= 0x80) {
      const next = this.byte()
      value += (next & 0x7f) * scale
      if (next < 0x80) {
        if (value > Number.MAX_SAFE_INTEGER) break
        return value
      }
    }
    throw malformed('an integer is too large')
  }

  /** A count of things of which each takes at least `leastSize` bytes. */
  count(leastSize: number): number {
    const count = this.varint()
    if (count * leastSize > this.left) throw malformed(`${count} values were announced in ${this.left} bytes`)
    return count
  }

  double(): number {
    this.#need(8)
    const value = this.#bytes.readDoubleBE(this.#position)
    this.#position += 8
    return value
  }

  text(): string {
    const bytes = this.#slice(this.varint())
    if (!isUtf8(bytes)) throw malformed('a text is not UTF-8')
    return bytes.toString('utf8')
  }

  brokenText(): string {
    const bytes = this.#slice(this.varint())
    if (bytes.length % 2 === 1) throw malformed('half a character')
    return bytes.toString('utf16le')
  }

  /** A copy, so that a small value does not keep the whole message in memory. */
  bytes(): Uint8Array {
    return new Uint8Array(this.#slice(this.varint()))
  }

  #slice(length: number): Buffer {
    this.#need(length)
    const start = this.#position
    this.#position += length
    return this.#bytes.subarray(start, this.#position)
  }

  #need(length: number): void {
    if (length > this.left) throw malformed(`${length} bytes were announced, ${this.left} are there`)
  }
}

export function malformed(what: string): ClusterError {
  return new ClusterError('malformed', `a message is not readable: ${what}`)
}
