import { ClusterError } from '../errors.ts'

const lengthBytes = 4

/** What goes before a message of `length` bytes. */
export function frameHeader(length: number): Buffer {
  const header = Buffer.allocUnsafe(lengthBytes)
  header.writeUInt32BE(length)
  return header
}

/**
 * Cuts a stream into messages. A message that announces more than `maxBytes` is refused when its first four bytes are
 * there; a large one is put together once, when its last byte is.
 *
 * @throws ClusterError `too_large`
 */
export function createFrameReader(maxBytes: number, onFrame: (bytes: Buffer) => void): (chunk: Buffer) => void {
  let chunks: Buffer[] = []
  let received = 0
  let needed = lengthBytes
  let inHeader = true

  return function read(chunk) {
    chunks.push(chunk)
    received += chunk.length
    while (received >= needed) {
      const [bytes, rest] = split(chunks, needed)
      chunks = rest.length > 0 ? [rest] : []
      received -= needed
      needed = inHeader ? announcedLength(bytes, maxBytes) : lengthBytes
      inHeader = !inHeader
      if (inHeader) onFrame(bytes)
    }
  }
}

function split(chunks: Buffer[], at: number): [Buffer, Buffer] {
  const whole = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)
  return [whole.subarray(0, at), whole.subarray(at)]
}

function announcedLength(header: Buffer, maxBytes: number): number {
  const length = header.readUInt32BE()
  if (length > maxBytes) {
    throw new ClusterError('too_large', `a message of ${length} bytes was announced, ${maxBytes} are allowed`)
  }
  return length
}
