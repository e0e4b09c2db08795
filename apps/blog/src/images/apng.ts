/**
 * Reads animated PNG, which libvips takes for a still: https://www.w3.org/TR/png-3/#apng-frame-based-animation.
 * Each frame is put together as a PNG of its own, for libvips to decode; painting them over each other is done here.
 */
import { crc32 } from 'node:zlib'

export interface Apng {
  width: number
  height: number
  /** How often the frames are shown; 0: for ever. */
  loop: number
  frames: ApngFrame[]
}

export interface ApngFrame {
  /** Makes a PNG of the part that the frame paints. Not kept: each holds a copy of the colour profile. */
  toPng: () => Uint8Array
  left: number
  top: number
  width: number
  height: number
  delayMs: number
  /** What becomes of the frame's part before the next one is painted. */
  disposal: 'keep' | 'clear' | 'restore'
  /** Whether transparent pixels let what was there before shine through. */
  isBlended: boolean
}

interface Chunk {
  type: string
  data: Buffer
}

const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')

/** Chunks that pixels depend on, besides the header. The others are metadata. */
const shared = new Set(['PLTE', 'tRNS', 'gAMA', 'cHRM', 'sRGB', 'iCCP', 'cICP', 'sBIT'])

export function isApng(bytes: Uint8Array): boolean {
  for (const { type, data } of readChunks(bytes)) {
    if (type === 'acTL') return data.length === 8 && data.readUInt32BE(0) > 1
    if (type === 'IDAT') return false
  }
  return false
}

/** Throws for a file that ends early, and for one whose frames reach beyond the picture. */
export function readApng(bytes: Uint8Array): Apng {
  const chunks = [...readChunks(bytes)]
  const header = find(chunks, 'IHDR')
  const control = find(chunks, 'acTL')
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)]
  const before = chunks.filter(({ type }) => shared.has(type))
  const frames = groupFrames(chunks).map(({ control, parts }) => {
    const frame = readFrameControl(control)
    if (frame.left + frame.width > width || frame.top + frame.height > height) throw new Error('a frame is too large')
    return { ...frame, toPng: () => toPng(header, frame.width, frame.height, [...before, ...parts]) }
  })
  if (frames.length !== control.readUInt32BE(0)) throw new Error('frames are missing')
  return { width, height, loop: control.readUInt32BE(4), frames }
}

/** Paints the frames over each other. What it yields is one canvas, which the next frame changes. */
export async function* paintApng(
  { width, height, frames }: Apng,
  decode: (png: Uint8Array) => Promise<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const canvas = new Uint8Array(width * height * 4)
  for (const frame of frames) {
    const before = frame.disposal === 'restore' ? canvas.slice() : undefined
    const pixels = await decode(frame.toPng())
    for (const [row, start, end] of rowsOf(frame, width)) {
      const source = pixels.subarray(row * frame.width * 4, (row + 1) * frame.width * 4)
      if (frame.isBlended) blend(canvas.subarray(start, end), source)
      else canvas.set(source, start)
    }
    yield canvas
    if (before) canvas.set(before)
    else if (frame.disposal === 'clear') for (const [, start, end] of rowsOf(frame, width)) canvas.fill(0, start, end)
  }
}

function* readChunks(bytes: Uint8Array): Generator<Chunk> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  for (let at = signature.length; at + 12 <= buffer.length; ) {
    const end = at + 8 + buffer.readUInt32BE(at)
    if (end + 4 > buffer.length) return
    yield { type: buffer.toString('latin1', at + 4, at + 8), data: buffer.subarray(at + 8, end) }
    at = end + 4
  }
}

function find(chunks: Chunk[], type: string): Buffer {
  const found = chunks.find((chunk) => chunk.type === type)
  if (!found) throw new Error(`there is no ${type} chunk`)
  return found.data
}

interface FrameParts {
  control: Buffer
  parts: Chunk[]
}

/** Pixels before the first control are for programs that show a still, and no frame. */
function groupFrames(chunks: Chunk[]): FrameParts[] {
  const groups: FrameParts[] = []
  for (const { type, data } of chunks) {
    if (type === 'fcTL') groups.push({ control: data, parts: [] })
    if (type === 'IDAT') groups.at(-1)?.parts.push({ type, data })
    if (type === 'fdAT') groups.at(-1)?.parts.push({ type: 'IDAT', data: data.subarray(4) })
  }
  return groups
}

function readFrameControl(control: Buffer): Omit<ApngFrame, 'toPng'> {
  const [width = 0, height = 0, left = 0, top = 0] = [4, 8, 12, 16].map((offset) => control.readUInt32BE(offset))
  const [numerator, denominator] = [control.readUInt16BE(20), control.readUInt16BE(22)]
  return {
    width,
    height,
    left,
    top,
    delayMs: Math.round((1000 * numerator) / (denominator || 100)),
    disposal: (['keep', 'clear', 'restore'] as const)[control.readUInt8(24)] ?? 'keep',
    isBlended: control.readUInt8(25) === 1,
  }
}

function toPng(header: Buffer, width: number, height: number, chunks: Chunk[]): Buffer {
  const size = Buffer.alloc(8)
  size.writeUInt32BE(width, 0)
  size.writeUInt32BE(height, 4)
  const own = { type: 'IHDR', data: Buffer.concat([size, header.subarray(8)]) }
  return Buffer.concat([signature, ...[own, ...chunks, { type: 'IEND', data: Buffer.alloc(0) }].map(toBytes)])
}

function toBytes({ type, data }: Chunk): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  const checked = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const checksum = Buffer.alloc(4)
  checksum.writeUInt32BE(crc32(checked))
  return Buffer.concat([length, checked, checksum])
}

/** Where each row of a frame lies in the canvas. */
function* rowsOf({ left, top, width, height }: ApngFrame, canvasWidth: number) {
  for (let row = 0; row < height; row++) {
    const start = ((top + row) * canvasWidth + left) * 4
    yield [row, start, start + width * 4] as const
  }
}

/** Source over destination; neither has its colours multiplied by its alpha. */
function blend(target: Uint8Array, source: Uint8Array) {
  for (let at = 0; at < source.length; at += 4) {
    const alpha = source[at + 3]! / 255
    const rest = (target[at + 3]! / 255) * (1 - alpha)
    const sum = alpha + rest
    if (alpha === 0) continue
    for (let channel = at; channel < at + 3; channel++) {
      target[channel] = Math.round((source[channel]! * alpha + target[channel]! * rest) / sum)
    }
    target[at + 3] = Math.round(sum * 255)
  }
}
