/** Bytes that grow at their end. */
export class ByteWriter {
  #bytes = Buffer.allocUnsafe(256)
  #length = 0

  byte(value: number): this {
    this.#grow(1)
    this.#bytes[this.#length++] = value
    return this
  }

  /** Seven bits a byte, lowest first, the eighth says that more follow. Up to 54 bits, so no bitwise operators. */
  varint(value: number): this {
    this.#grow(8)
    let rest = value
    while (rest >= 0x80) {
      this.#bytes[this.#length++] = (rest % 0x80) | 0x80
      rest = Math.floor(rest / 0x80)
    }
    this.#bytes[this.#length++] = rest
    return this
  }

  double(value: number): this {
    this.#grow(8)
    this.#length = this.#bytes.writeDoubleBE(value, this.#length)
    return this
  }

  text(value: string): this {
    return value.length < 64 && this.#ascii(value) ? this : this.#string(value, 'utf8')
  }

  brokenText(value: string): this {
    return this.#string(value, 'utf16le')
  }

  bytes(value: Uint8Array): this {
    this.varint(value.length)
    this.#grow(value.length)
    this.#bytes.set(value, this.#length)
    this.#length += value.length
    return this
  }

  /** What was written; valid until more is. */
  written(): Buffer {
    return this.#bytes.subarray(0, this.#length)
  }

  /** Names and short texts are what most messages consist of, and a call into native code costs more than a loop. */
  #ascii(value: string): boolean {
    this.#grow(1 + value.length)
    const start = this.#length + 1
    for (let index = 0; index < value.length; index++) {
      const code = value.charCodeAt(index)
      if (code > 0x7f) return false
      this.#bytes[start + index] = code
    }
    this.#bytes[this.#length] = value.length
    this.#length = start + value.length
    return true
  }

  #string(value: string, encoding: 'utf8' | 'utf16le'): this {
    const length = Buffer.byteLength(value, encoding)
    this.varint(length)
    this.#grow(length)
    this.#length += this.#bytes.write(value, this.#length, encoding)
    return this
  }

  #grow(by: number): void {
    const needed = this.#length + by
    if (needed <= this.#bytes.length) return
    const grown = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2))
    this.#bytes.copy(grown, 0, 0, this.#length)
    this.#bytes = grown
  }
}
