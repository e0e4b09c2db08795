import { join } from 'node:path'
import { openNode, parseAddress } from '@atoll/cluster'
import { openLitefs } from '@atoll/replication'
import { leaseByRole, openFixedInSyncSet } from '@atoll/repo'
import { startNotes } from './server.ts'

/** The notebook on one of several nodes, each with LiteFS as published; `NODES` is `a=10.0.0.1 b=10.0.0.2 …`. */
const { NODE: name = '', NODES = '', SECRET: secret = '', MOUNT: mount = '/litefs' } = process.env
const database = 'notes.db'
const addresses = new Map(NODES.split(' ').map((entry) => entry.split('=') as [string, string]))

const replication = openLitefs({ mount, database, url: 'http://127.0.0.1:20202', hostname: name })
const peers = [...addresses.values()].map((address) => parseAddress(address, 4100))
const node = await openNode({
  ...{ name, secret, region: name, version: '1', listen: { host: '::', port: 4100 } },
  discovery: { kind: 'static', peers },
})
const { locate, call, handle } = node
const calls = { name, replication, locate, call, handle }
// Every node may become primary, so each has to have a write before it is acknowledged.
const inSyncSet = openFixedInSyncSet({ candidates: [...addresses.keys()], cluster: calls })
const lease = leaseByRole(replication)

const notes = await startNotes({
  ...{ file: join(mount, database), port: 3055 },
  cluster: { seam: { ...calls, inSyncSet, lease } },
})

process.once('SIGTERM', async () => {
  await notes.close()
  await Promise.all([inSyncSet.close(), lease.close(), replication.close(), node.close()])
})
