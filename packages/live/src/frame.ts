import { Buffer } from 'node:buffer'

/** What a frame holds (RFC 6455, 5.2). */
export const opcodes = { text: 1, binary: 2 } as const

const lengthIn2Bytes = 126
const lengthIn8Bytes = 127

/** A whole message as a server sends it: one frame, not masked. */
export function encodeFrame(payload: Buffer, kind: keyof typeof opcodes): Buffer {
  return Buffer.concat([headerOf(payload.length, 0x80 | opcodes[kind]), payload])
}

function headerOf(length: number, first: number): Buffer {
  if (length < lengthIn2Bytes) return Buffer.from([first, length])
  if (length < 65_536) return Buffer.from([first, lengthIn2Bytes, length >> 8, length & 255])
  const header = Buffer.from([first, lengthIn8Bytes, 0, 0, 0, 0, 0, 0, 0, 0])
  header.writeUIntBE(length, 4, 6)
  return header
}
