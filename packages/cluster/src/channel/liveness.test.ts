import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { watchLiveness } from './liveness.ts'

describe('watchLiveness', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] }))
  afterEach(() => void vi.useRealTimers())

  it('says something at every turn, and notices who does not', () => {
    const { said } = watch()
    vi.advanceTimersByTime(5000)
    expect(said).toEqual(['ping', 'ping', 'ping', 'ping', 'ping'])
    vi.advanceTimersByTime(1000)
    expect(said.at(-1)).toBe('silence')
  })

  it('is content with whoever says something', () => {
    const { said, liveness } = watch()
    for (let second = 0; second < 60; second++) {
      vi.advanceTimersByTime(1000)
      liveness.heard()
    }
    expect(said).not.toContain('silence')
  })

  it('does not blame the peer when it was this process that stood still', () => {
    const { said } = watch()
    vi.advanceTimersByTime(1000)
    vi.setSystemTime(Date.now())
    standStill(60_000)
    vi.advanceTimersByTime(1000)
    expect(said).toEqual(['ping', 'ping'])
    vi.advanceTimersByTime(6000)
    expect(said.at(-1)).toBe('silence')
  })
})

function watch() {
  const said: string[] = []
  const liveness = watchLiveness({
    pingMs: 1000,
    silenceMs: 5000,
    ping: () => said.push('ping'),
    onSilence: () => {
      said.push('silence')
      liveness.end()
    },
  })
  return { said, liveness }
}

/** The clock goes on, and no timer runs. */
function standStill(ms: number): void {
  const now = performance.now.bind(performance)
  vi.spyOn(performance, 'now').mockImplementation(() => now() + ms)
}
