import { crc32, deflateSync } from 'node:zlib'

export interface TestFrame {
  left: number
  top: number
  width: number
  height: number
  colour: readonly number[]
  dispose?: 'keep' | 'clear' | 'restore'
  blend?: 'source' | 'over'
}

/** Makes an animated PNG of plain rectangles, each shown for a tenth of a second. The first one is the still. */
export function apngOf(width: number, height: number, frames: TestFrame[], loop = 0): Buffer {
  let sequence = 0
  const body = frames.flatMap((frame, index) => {
    const control = chunk('fcTL', controlOf(sequence++, frame))
    const pixels = pixelsOf(frame)
    return [control, index === 0 ? chunk('IDAT', pixels) : chunk('fdAT', Buffer.concat([numbers(sequence++), pixels]))]
  })
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', Buffer.concat([numbers(width, height), Buffer.from([8, 6, 0, 0, 0])])),
    chunk('acTL', numbers(frames.length, loop)),
    ...body,
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function controlOf(sequence: number, { left, top, width, height, dispose = 'keep', blend = 'source' }: TestFrame) {
  const tenthOfASecond = [0, 1, 0, 10]
  const disposal = ['keep', 'clear', 'restore'].indexOf(dispose)
  const end = Buffer.from([...tenthOfASecond, disposal, blend === 'over' ? 1 : 0])
  return Buffer.concat([numbers(sequence, width, height, left, top), end])
}

function pixelsOf({ width, height, colour }: TestFrame): Buffer {
  const row = [0, ...Array(width).fill(colour).flat()]
  return deflateSync(Buffer.concat(Array(height).fill(Buffer.from(row))))
}

function chunk(type: string, data: Buffer): Buffer {
  const checked = Buffer.concat([Buffer.from(type), data])
  return Buffer.concat([numbers(data.length), checked, numbers(crc32(checked))])
}

function numbers(...values: number[]): Buffer {
  const buffer = Buffer.alloc(4 * values.length)
  for (const [index, value] of values.entries()) buffer.writeUInt32BE(value, 4 * index)
  return buffer
}
