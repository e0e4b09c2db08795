/** A node of the data layer, put together from the packages alone. */
import { join } from 'node:path'
import { openNode } from '../../packages/cluster/src/index.ts'
import { openLitefs } from '../../packages/replication/src/index.ts'
import { type ClusterSeam, leaseByRole, openFixedInSyncSet, openRepo } from '../../packages/repo/src/index.ts'
import { openGuardClient } from '../../packages/supervisor/src/guard/index.ts'
import { serveControl } from './control.ts'
import { withFaults } from './faults.ts'
import type { Tables } from './schema.ts'
import { clusterPort, databaseName, readSettings, secret } from './settings.ts'

interface Keeper extends Pick<ClusterSeam, 'lease' | 'inSyncSet'> {
  close(): Promise<void>
}

const settings = readSettings()
const { name, region, mount, candidates } = settings

const replication = openLitefs({ mount, database: databaseName, url: 'http://127.0.0.1:20202', hostname: name })
const node = await openNode({
  name,
  region,
  version: settings.version,
  listen: { host: '::', port: clusterPort },
  secret,
  discovery: { kind: 'dns', name: settings.dnsName, port: clusterPort },
})
const calls = withFaults({ locate: node.locate, call: node.call, handle: node.handle })
const {
  lease,
  inSyncSet,
  close: closeKeeper,
} = settings.guard ? openGuardClient({ socket: settings.guard }) : keptByCandidates()
const cluster: ClusterSeam = { name, replication, ...calls, lease, inSyncSet }

const repo = await openRepo<Tables>({
  file: join(mount, databaseName),
  schema: new URL(`./${settings.schema}.ts`, import.meta.url),
  host: 'process',
  cluster: {
    seam: cluster,
    ...(settings.limits && { limits: settings.limits }),
    ...(settings.patienceMs && { patienceMs: settings.patienceMs }),
  },
})
const control = await serveControl({ repo, calls, name })

async function end() {
  await control.close()
  await repo.close()
  await Promise.all([closeKeeper(), replication.close(), node.close()])
}

function keptByCandidates(): Keeper {
  const lease = leaseByRole(replication)
  const inSyncSet = openFixedInSyncSet({ candidates, cluster: { name, replication, ...calls } })
  return { lease, inSyncSet, close: async () => void (await Promise.all([inSyncSet.close(), lease.close()])) }
}

// Its starter's pipe closes when its starter ends, however that happens.
process.stdin.resume().once('end', () => process.exit(0))
process.once('SIGTERM', () => void end().then(() => process.exit(0)))
