import type { NodeState } from '@atoll/repo'
import type { Metrics } from './metrics.ts'

/** What the data layer counts by itself: waits, retries, refusals, and who is in sync. */
export function gaugeRepo(metrics: Metrics, read: () => Pick<NodeState, 'writes' | 'reads' | 'inSync'>): void {
  const { gauge, total } = metrics
  gauge('atoll_writes_waiting', 'Writes of this node that have no answer yet', () => read().writes.waiting)
  gauge('atoll_writes_waiting_bytes', 'About how much memory they take', () => read().writes.bytes)
  total('atoll_writes_parked_total', 'Times that a write had to wait for a primary', () => read().writes.parked)
  total('atoll_writes_retried_total', 'Times that a write was sent again', () => read().writes.retried)
  total('atoll_writes_found_total', 'Writes sent again that had happened already', () => read().writes.found)
  total(
    'atoll_writes_fenced_total',
    'Writes that this node refused as primary: it could not prove that it may write',
    () => read().writes.fenced,
  )
  total('atoll_reads_waited_total', 'Reads that waited for what their reader wrote', () => read().reads.waited)
  total('atoll_reads_elsewhere_total', 'Reads that the primary answered for this node', () => read().reads.elsewhere)
  gauge('atoll_in_sync_members', 'Nodes with every acknowledged write, as the primary knows', () => {
    const { length } = read().inSync
    return length === 0 ? undefined : length
  })
}
