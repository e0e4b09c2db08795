import type { Server } from '../server/server.ts'
import type { Metrics } from './metrics.ts'

/** What a server holds at the moment. */
export function gaugeServer(metrics: Metrics, server: Pick<Server, 'cache' | 'live' | 'health'>): void {
  metrics.gauge('atoll_cache_pages', 'Pages and pictures in memory', () => server.cache.size)
  metrics.gauge('atoll_cache_bytes', 'What they take', () => server.cache.bytes)
  metrics.gauge('atoll_live_pages', 'Pages that somebody has open', () => server.live.rooms.size)
  metrics.gauge('atoll_live_readers', 'Open connections of pages', () => server.live.sessions.size)
  metrics.gauge('atoll_serving', '1 while readers may be sent here', () => (server.health.phase === 'serving' ? 1 : 0))
}
