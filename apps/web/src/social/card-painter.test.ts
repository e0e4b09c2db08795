import sharp from 'sharp'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type CardPainter, type CardPainterOptions, createCardPainter } from './card-painter.ts'
import { card } from './testing/cards.ts'

let painter: CardPainter

function open(options?: CardPainterOptions) {
  painter = createCardPainter(options)
}

afterEach(() => painter.close())

const isRunning = (pid: number) => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

describe('a card painter', () => {
  it('paints a picture of the size that networks show', async () => {
    open()
    const { format, width, height, hasAlpha } = await sharp(await painter.paint(card())).metadata()
    expect({ format, width, height, hasAlpha }).toEqual({ format: 'png', width: 1200, height: 630, hasAlpha: false })
  })

  it('paints several in one process', async () => {
    open()
    const first = painter.paint(card())
    const { pid } = painter
    const pictures = await Promise.all([first, painter.paint(card({ title: 'Low water' })), painter.paint(card())])
    expect(painter.pid).toBe(pid)
    expect(pictures[0]).toEqual(pictures[2])
    expect(pictures[0]).not.toEqual(pictures[1])
  })

  it('starts no process before it is asked', () => {
    open()
    expect(painter.pid).toBeUndefined()
  })

  it('ends the process when nothing is asked for, and starts another later', async () => {
    open({ idleMs: 1 })
    const first = painter.paint(card())
    const pid = painter.pid!
    await first
    await vi.waitUntil(() => !isRunning(pid), { timeout: 10_000 })
    expect(painter.pid).toBeUndefined()
    expect(await painter.paint(card())).toEqual(await first)
  })

  it('refuses more than may wait', async () => {
    open({ maxWaiting: 1 })
    const first = painter.paint(card())
    await expect(painter.paint(card())).rejects.toMatchObject({ code: 'too_many' })
    await first
  })

  it('tells who waits that the process died, and goes on with another', async () => {
    open()
    const painting = painter.paint(card())
    process.kill(painter.pid!, 'SIGKILL')
    await expect(painting).rejects.toThrow('SIGKILL')
    expect((await painter.paint(card())).length).toBeGreaterThan(1000)
  })

  it('gives up on a card that takes too long', async () => {
    open({ timeoutMs: 1 })
    const painting = painter.paint(card())
    const pid = painter.pid!
    await expect(painting).rejects.toThrow('took over 1 ms')
    await vi.waitUntil(() => !isRunning(pid), { timeout: 10_000 })
  })
})
