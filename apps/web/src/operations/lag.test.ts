import { describe, expect, it } from 'vitest'
import { watchLag } from './lag.ts'

describe('watchLag', () => {
  const at = (name: string, txid: number) => ({ name, txid: BigInt(txid) })

  it('is the time since the primary had what the replica lacks', () => {
    const lag = watchLag()
    lag.observe(at('p', 10), [at('r', 10)], 0)
    expect(lag.of('r')).toEqual({ ms: 0, transactions: 0 })
    lag.observe(at('p', 11), [at('r', 10)], 1000)
    lag.observe(at('p', 15), [at('r', 10)], 1500)
    expect(lag.of('r')).toEqual({ ms: 500, transactions: 5 })
    lag.observe(at('p', 15), [at('r', 12)], 1600)
    expect(lag.of('r')).toEqual({ ms: 100, transactions: 3 })
    expect(lag.history('r')).toEqual([0, 0, 500, 100])
  })

  it('does not compare ids of two reigns', () => {
    const lag = watchLag()
    lag.observe(at('p', 100), [at('r', 100)], 0)
    lag.observe(undefined, [at('r', 100)], 1000)
    expect(lag.of('r')).toBeUndefined()
    lag.observe(at('r', 90), [at('p', 89)], 2000)
    expect(lag.of('p')).toEqual({ ms: 0, transactions: 1 })
  })
})
