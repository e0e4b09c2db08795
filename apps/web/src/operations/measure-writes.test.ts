import { describe, expect, it } from 'vitest'
import { measureWrites } from './measure-writes.ts'
import { openMetrics } from './metrics.ts'

describe('measureWrites', () => {
  it('measures writes by their outcome and by what they waited for, and no reads', async () => {
    const metrics = openMetrics()
    const measure = measureWrites(metrics)
    const result = { value: 1 } as never
    await measure({ kind: 'read', statements: [] }, async () => result, {})
    const write = { kind: 'run', name: 'x', version: 1, input: null } as never
    await measure(write, async () => result, {})
    await expect(measure(write, () => Promise.reject(new Error('no')), {})).rejects.toThrow('no')
    await measure(write, async () => ({ timing: { queue: 1, network: 2, commit: 30, replicated: 400 } }) as never, {})
    const text = await metrics.text()
    expect(text).toMatch(/atoll_write_seconds_count\{outcome="ok"\} 2\n/)
    for (const [part, sum] of Object.entries({ queue: 0.001, network: 0.002, commit: 0.03, replicated: 0.4 }))
      expect(text).toContain(`atoll_write_part_seconds_sum{part="${part}"} ${sum}\n`)
    expect(text).toMatch(/atoll_write_seconds_count\{outcome="failed"\} 1\n/)
  })
})
