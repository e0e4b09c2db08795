import type { Replication } from '@atoll/replication'

/**
 * Does something whenever this node is the primary: it is started with a signal that aborts when the node no longer
 * is, and never while an earlier one has not ended. Resolves after `signal`.
 */
export async function whilePrimary(
  replication: Pick<Replication, 'events'>,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  let term: AbortController | undefined
  let last = Promise.resolve()
  for await (const event of replication.events(signal)) {
    if (event.kind !== 'role') continue
    const isPrimary = event.role.kind === 'primary'
    if (isPrimary === (term !== undefined)) continue
    term?.abort()
    term = isPrimary ? new AbortController() : undefined
    const current = term?.signal
    if (current) last = last.then(() => (current.aborted ? undefined : work(current)))
  }
  term?.abort()
  await last
}
