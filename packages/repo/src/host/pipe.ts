import type { Duplex } from 'node:stream'
import { deserialize, serialize } from 'node:v8'

const lengthBytes = 4

/** Messages between two of our own processes: each as V8 writes it, after its length. */
export function openPipe<Message>(stream: Duplex, onMessage: (message: Message) => void) {
  let chunks: Buffer[] = []
  let size = 0
  let needed = lengthBytes
  stream.on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    size += chunk.length
    if (size >= needed) readAll()
  })
  // The other end is gone: whoever holds its process is told by its exit.
  stream.on('error', () => {})

  return {
    /** Throws for a value that cannot be cloned; nothing is sent then. */
    send(message: unknown) {
      const body = serialize(message)
      const header = Buffer.allocUnsafe(lengthBytes)
      header.writeUInt32BE(body.length)
      stream.cork()
      stream.write(header)
      stream.write(body)
      stream.uncork()
    },
  }

  function readAll() {
    let received: Buffer = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)
    for (;;) {
      needed = received.length < lengthBytes ? lengthBytes : lengthBytes + received.readUInt32BE()
      if (received.length < needed) break
      const body = received.subarray(lengthBytes, needed)
      received = received.subarray(needed)
      onMessage(deserialize(body) as Message)
    }
    chunks = received.length > 0 ? [received] : []
    size = received.length
  }
}
