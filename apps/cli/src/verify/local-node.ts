import { fork } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { removeVerification, writeVerification } from '@atoll/blog'
import { databaseName, type SiteDatabase } from '../database.ts'
import type { NodeFacts, VerifiedNode } from './verify.ts'

/** Rows that must be as many everywhere. */
const counted = ['posts', 'projects', 'pages', 'assets', 'tags', 'sources'] as const
/** What a run that ended early left is removed by a later one, after this long in seconds. */
const staleSeconds = 3600

/** This node, as a verification asks it. */
export function localNode(database: SiteDatabase): VerifiedNode {
  const { repo } = database
  return {
    name: database.kind === 'litefs' ? database.node.name : 'here',
    async facts() {
      return { ...(await placeOf(database)), counts: await countRows() }
    },
    async write(run, values) {
      await repo.run(writeVerification, { run, values })
    },
    async seen(run) {
      const rows = await repo.reader().db.selectFrom('verifications').select('value').where('run', '=', run).execute()
      return rows.length
    },
    async writeDirectly() {
      return database.kind === 'litefs' ? tryDirectly(join(database.placement.mount, databaseName)) : 'not tried'
    },
    async remove(run) {
      await repo.run(removeVerification, { run, before: Math.floor(Date.now() / 1000) - staleSeconds })
    },
  }

  async function countRows(): Promise<Record<string, number>> {
    const { db, snapshot } = repo.reader()
    const queries = counted.map((table) => [
      table,
      db.selectFrom(table).select((all) => all.fn.countAll<number>().as('rows')),
    ])
    const found = await snapshot(Object.fromEntries(queries))
    return Object.fromEntries(counted.map((table) => [table, (found[table]![0] as { rows: number }).rows]))
  }
}

async function placeOf(database: SiteDatabase): Promise<Omit<NodeFacts, 'counts'>> {
  if (database.kind === 'embedded') return { role: 'primary', mount: 'none', position: undefined }
  const { replication, placement } = database
  // LiteFS shows this file in its mount, and nobody else does.
  const isMounted = await stat(join(placement.mount, '.lag')).then(
    () => true,
    () => false,
  )
  return {
    role: replication.role.kind,
    mount: isMounted ? 'mounted' : 'missing',
    position: await replication.position(),
  }
}

const deadlineMs = 10_000

/** In a process of its own: what SQLite meets in a mount can end it. */
function tryDirectly(file: string): Promise<'refused' | 'written' | 'not tried'> {
  return new Promise((resolve) => {
    const child = fork(new URL('./direct-write.ts', import.meta.url), [file], { stdio: 'ignore', timeout: deadlineMs })
    let said: 'refused' | 'written' | 'not tried' | undefined
    child.once('message', (message) => (said = message as typeof said))
    child.once('error', () => resolve('not tried'))
    // A process that SQLite's error ended was refused, too.
    child.once('exit', (code) => resolve(said ?? (code === null ? 'refused' : 'not tried')))
  })
}
