import { join } from 'node:path'
import type { Cluster } from '../../cluster-tests/harness/index.ts'
import type { StockOptions } from './stock-writers.ts'

/** Runs `stock-writers.ts` on the primary and resolves to what it prints: the inserts a second, or milliseconds. */
export async function stockWrites(cluster: Cluster, options: Partial<StockOptions>): Promise<number> {
  const primary = await cluster.primary()
  const all = { mount: primary.mount, seconds: 3, kind: 'autocommit', writers: 1, size: 1, awaited: [], ...options }
  const name = `stock-${all.kind}-${all.writers}-${all.size}-${all.awaited.length}`
  const script = join(import.meta.dirname, 'stock-writers.ts')
  const running = primary.runScript(script, [JSON.stringify(all)], { name })
  const code = await running.ended
  if (code !== 0) throw new Error(`${name} ended with ${code}: ${running.log().slice(-800)}`)
  return Number(running.log().trim().split('\n').at(-1))
}
