import { describe, expect, it } from 'vitest'
import { measureWrites } from './measure-writes.ts'
import { openMetrics } from './metrics.ts'

describe('measureWrites', () => {
  it('measures writes by their outcome, and no reads', async () => {
    const metrics = openMetrics()
    const measure = measureWrites(metrics)
    const result = { value: 1 } as never
    await measure({ kind: 'read', statements: [] }, async () => result, {})
    const write = { kind: 'run', name: 'x', version: 1, input: null } as never
    await measure(write, async () => result, {})
    await expect(measure(write, () => Promise.reject(new Error('no')), {})).rejects.toThrow('no')
    const text = await metrics.text()
    expect(text).toMatch(/atoll_write_seconds_count\{outcome="ok"\} 1\n/)
    expect(text).toMatch(/atoll_write_seconds_count\{outcome="failed"\} 1\n/)
  })
})
