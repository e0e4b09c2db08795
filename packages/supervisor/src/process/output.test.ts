import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { nameLine, readLines } from './output.ts'

const now = () => new Date('2026-01-02T03:04:05Z')

describe('nameLine', () => {
  it('adds the name of the child to a JSON line', () => {
    const line = '{"level":40,"time":"2026-01-01T00:00:00.000Z","msg":"slow","ms":7}'
    expect(JSON.parse(nameLine(line, { child: 'app' }))).toEqual({
      level: 40,
      time: '2026-01-01T00:00:00.000Z',
      child: 'app',
      msg: 'slow',
      ms: 7,
    })
  })

  it("turns LiteFS's word for a level into the number the other lines have", () => {
    expect(JSON.parse(nameLine('{"time":"t","level":"ERROR","msg":"m"}', { child: 'litefs' }))).toMatchObject({
      level: 50,
      msg: 'm',
    })
  })

  it.each(['plain text', '{broken', '[1]', '{"a":1'])('makes a JSON line of %s', (line) => {
    expect(JSON.parse(nameLine(line, { child: 'app', now }))).toEqual({
      level: 30,
      time: '2026-01-02T03:04:05.000Z',
      child: 'app',
      msg: line,
    })
  })
})

describe('readLines', () => {
  it('cuts a line that never ends, and joins characters that come in two pieces', async () => {
    const lines: string[] = []
    const euro = Buffer.from('€')
    const stream = Readable.from([euro.subarray(0, 1), euro.subarray(1), Buffer.from(`\n${'x'.repeat(100_000)}`)])
    readLines(stream, (line) => lines.push(line))
    await new Promise((resolve) => stream.once('end', resolve))
    expect(lines[0]).toBe('€')
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(64 * 1024)
  })
})
