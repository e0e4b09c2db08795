import { askGuard } from '@atoll/supervisor/guard'
import type { Metrics } from '@atoll/web'
import type { SiteDatabase } from './database.ts'

const askEveryMs = 5000

/** Counts, for whoever collects, the connections to the port between nodes that got no further than the handshake. */
export function measureStrangers(metrics: Pick<Metrics, 'gauge'>, database: SiteDatabase): { close(): void } {
  if (database.kind === 'embedded') return { close() {} }
  const { node, placement } = database
  const { keeper } = placement
  let refused: Readonly<Record<string, number>> = node.refused
  const ask = async ({ socket }: { socket: string }) => {
    const status = await askGuard(socket, 'status').catch(() => undefined)
    refused = status?.refused ?? refused
  }
  // The guard holds the port, and this process gets only what it passed on.
  const timer = keeper.kind === 'guard' ? setInterval(() => void ask(keeper), askEveryMs).unref() : undefined
  metrics.gauge(
    'atoll_strangers_refused',
    'Connections to the port between nodes that ended in the handshake, since it was opened',
    () => Object.entries(refused).map(([reason, value]) => ({ labels: { reason }, value })),
    ['reason'],
  )
  return { close: () => clearInterval(timer) }
}
