import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type BlogTables, openBlog } from '@atoll/blog'
import { type ClusterNode, openNode } from '@atoll/cluster'
import { openLitefs, type Replication } from '@atoll/replication'
import type { Middleware, Repo } from '@atoll/repo'
import { reportTaken } from '@atoll/web'
import type { Logger } from 'pino'
import { CommandError } from './errors.ts'
import { openKeeper } from './keeper.ts'
import { followFacts, type ToldFacts } from './node-facts.ts'
import type { ClusterPlacement, Placement } from './placement.ts'
import type { Settings } from './settings.ts'
import { version } from './version.ts'

/** Of the file in the data folder, and of the database in LiteFS. */
export const databaseName = 'atoll.db'

interface ClusterDatabase {
  kind: 'litefs'
  placement: ClusterPlacement
  replication: Replication
  node: ClusterNode
  facts: () => ToldFacts
  /** Did the primary's release refuse an operation of this one since this was last asked? */
  wasRefused(): boolean
}

/** The database of a site, and on a cluster what it took to open it. */
export type SiteDatabase = { repo: Repo<BlogTables>; close(): Promise<void> } & ({ kind: 'embedded' } | ClusterDatabase)

interface OpenSiteDatabase {
  placement: Placement
  settings: Pick<Settings, 'data'>
  log: Logger
  /** Around every call of the site to its database. */
  middleware?: readonly Middleware[]
}

/** Pages with a token wait for this node as a whole, once; each of their reads then only this long. */
const patienceMs = 50

/** How long LiteFS may take to mount, in milliseconds. */
const mountWithinMs = 60_000

export async function openSiteDatabase({
  placement,
  settings,
  log,
  middleware = [],
}: OpenSiteDatabase): Promise<SiteDatabase> {
  if (placement.kind === 'litefs') return openOnLitefs(placement, log, middleware)
  const repo = await openBlog({ file: join(settings.data, databaseName), middleware })
  return { kind: 'embedded', repo, close: repo.close }
}

/** Opens at once, whatever LiteFS and the other nodes do; `repo.state` says what is missing. */
async function openOnLitefs(
  placement: ClusterPlacement,
  log: Logger,
  middleware: readonly Middleware[],
): Promise<SiteDatabase> {
  const { mount, url, node: name, region, listen, secret, discovery, isCandidate } = placement
  await untilMounted(mount, log)
  const replication = openLitefs({ mount, database: databaseName, url, hostname: name })
  let repo: Repo<BlogTables> | undefined
  const isReady = () => repo?.state.database.kind === 'ready'
  const epoch = () => repo?.state.epoch?.number
  const { facts, announce } = followFacts(replication, { candidate: isCandidate, isReady, epoch })
  const node = await openNode({
    name,
    region,
    version,
    listen,
    secret,
    discovery,
    facts,
    onProblem: (address, error) => log.warn({ address, code: error.code }, error.message),
  })
  const { locate, call, handle } = node
  const calls = { name, replication, locate, call, handle }
  const { inSyncSet, lease, close: closeKeeper } = openKeeper(placement, calls)
  let isRefused = false
  const end = new AbortController()
  const announcing = announce(node, end.signal)
  repo = await openBlog({
    file: join(mount, databaseName),
    host: 'process',
    middleware,
    onOutput: (text) => log.warn({ from: 'the database process' }, text.trimEnd()),
    cluster: {
      seam: { ...calls, inSyncSet, lease },
      patienceMs,
      onUnknownOperation: () => {
        isRefused = true
      },
      onTaken: reportTaken(log),
      // Nobody waits for a node that never leads, and a report may run there.
      ...(placement.isCandidate ? {} : { longestReadMs: Number.POSITIVE_INFINITY }),
    },
  })

  return {
    kind: 'litefs',
    placement,
    repo,
    replication,
    node,
    wasRefused() {
      const was = isRefused
      isRefused = false
      return was
    },
    facts,
    async close() {
      await repo.close()
      end.abort()
      await Promise.all([announcing, closeKeeper(), replication.close()])
      await node.close()
    },
  }
}

/**
 * A folder that is not LiteFS's looks like an empty database: this node would work by itself, and nobody would notice
 * for weeks. LiteFS shows `.lag` in its mount and nowhere else.
 */
async function untilMounted(mount: string, log: Logger): Promise<void> {
  const deadline = performance.now() + mountWithinMs
  for (let tries = 0; !(await isMount(mount)); tries++) {
    if (tries === 10) log.warn(`waiting for LiteFS to mount ${mount}`)
    if (performance.now() > deadline) {
      throw new CommandError(
        `ATOLL_LITEFS_MOUNT: ${mount} is not where LiteFS shows its files; start LiteFS, or name the fuse.dir of litefs.yml`,
      )
    }
    await delay(200)
  }
}

async function isMount(mount: string): Promise<boolean> {
  return stat(join(mount, '.lag')).then(
    () => true,
    () => false,
  )
}
