import { join } from 'node:path'
import { z } from 'zod'
import { fetchBackup } from './restore.ts'
import { withScratch } from './scratch.ts'
import type { Store } from './store.ts'

const drillInput = z.object({
  /** When it was tried, ISO 8601. */
  at: z.iso.datetime(),
  isGood: z.boolean(),
  /** Of the backup, when there was one. */
  backup: z.string().optional(),
  /** What was wrong. */
  reason: z.string().optional(),
  durationMs: z.number(),
})

/** The result of one restore that nobody needed. */
export type Drill = z.infer<typeof drillInput>

const key = 'drill.json'

export interface DrillOptions {
  store: Store
  /** A folder with room for the database. */
  scratch: string
  now?: Date
}

/** Restores the newest backup somewhere else, looks at all of it, and stores what came out: any node can tell. */
export async function drillRestore({ store, scratch, now = new Date() }: DrillOptions): Promise<Drill> {
  const startedAt = performance.now()
  const at = now.toISOString()
  const durationMs = () => Math.round(performance.now() - startedAt)
  const drill = await withScratch(scratch, (folder) => fetchBackup(join(folder, 'drill.db'), { store })).then(
    (manifest): Drill => ({ at, isGood: true, backup: manifest.at, durationMs: durationMs() }),
    (error: Error): Drill => ({ at, isGood: false, reason: error.message, durationMs: durationMs() }),
  )
  await store.put(key, Buffer.from(JSON.stringify(drill)))
  return drill
}

/** The last one, whichever node tried it. */
export async function lastDrill(store: Store): Promise<Drill | undefined> {
  const bytes = await store.get(key)
  if (!bytes) return undefined
  const parsed = drillInput.safeParse(JSON.parse(Buffer.from(bytes).toString()))
  return parsed.success ? parsed.data : undefined
}
