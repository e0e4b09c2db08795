import { chunkKey, keyOf, listBackups, readManifest } from './manifest.ts'
import type { Store } from './store.ts'

/** Every backup of the last day, one of each day for a month, one of each month for a year. */
export const retention = { allForHours: 24, daysKept: 30, monthsKept: 12 }

/** A piece this young may belong to a backup that is being taken, in milliseconds. */
const youngMs = 24 * 60 * 60 * 1000

export interface Pruned {
  backups: number
  chunks: number
}

/** Removes backups that are too many, then the pieces that no backup needs any more. */
export async function pruneBackups(store: Store, now: Date = new Date()): Promise<Pruned> {
  const backups = await listBackups(store)
  const kept = keepers(
    backups.map(({ at }) => at),
    now,
  )
  const surplus = backups.filter(({ at }) => !kept.has(at))
  // Nothing is removed unless all that stays can be read: a piece must not go because its list did not come.
  const needed = new Set<string>()
  for (const at of kept)
    for (const hash of (await readManifest(store, keyOf({ at }))).chunks) needed.add(chunkKey(hash))
  for (const { key } of surplus) await store.remove(key)
  const unused = (await store.list('chunks/')).filter(
    ({ key, modifiedAt }) => !needed.has(key) && now.getTime() - modifiedAt > youngMs,
  )
  for (const { key } of unused) await store.remove(key)
  return { backups: surplus.length, chunks: unused.length }
}

/** Which of these times stay; the newest always does. */
export function keepers(times: readonly string[], now: Date): Set<string> {
  const kept = new Set<string>(times.slice(0, 1))
  const ageHours = (at: string) => (now.getTime() - Date.parse(at)) / 3_600_000
  for (const at of times) if (ageHours(at) < retention.allForHours) kept.add(at)
  keepNewestOfEach(times, 10, retention.daysKept, kept)
  keepNewestOfEach(times, 7, retention.monthsKept, kept)
  return kept
}

/** `length`: as much of a time as names the day or the month. */
function keepNewestOfEach(times: readonly string[], length: number, count: number, kept: Set<string>) {
  const newest = new Map<string, string>()
  for (const at of times) {
    const period = at.slice(0, length)
    if (!newest.has(period)) newest.set(period, at)
  }
  for (const at of [...newest.values()].slice(0, count)) kept.add(at)
}
