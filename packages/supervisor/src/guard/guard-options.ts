import type { HostPort } from '@atoll/cluster'
import type { GuardLog } from './log.ts'

export interface GuardOptions {
  /** This node's name: LiteFS's `lease.hostname`. */
  node: string
  region: string
  /** May it become primary? */
  candidate: boolean
  /** Consul's, as `http(s)://[:TOKEN@]HOST[:PORT][/PREFIX]`. */
  consulUrl: string
  /** LiteFS's `lease.consul.key`; the guard's own keys lie below it. */
  leaseKey: string
  /** Where LiteFS finds the guard in Consul's place, on loopback; 0 takes a free port. */
  proxyPort: number
  /** LiteFS's HTTP server, on loopback. */
  litefs: HostPort
  /** The database's name in LiteFS. */
  database: string
  /** The one port between nodes. */
  listen: HostPort
  /** `host:port` of it, as other nodes reach it. */
  address: string
  /** One secret of the cluster, or two while it is replaced. */
  secrets: string | readonly string[]
  /** For what has to lie beside the data: on the same disk, and never restored without it. */
  folder: string
  /** LiteFS's own, whose disk is watched too. */
  litefsFolder?: string
  /** Default: `salvage` in `folder`. */
  salvageFolder?: string
  /** The unix socket for the application and the commands of this node. */
  socket: string
  /** A cluster that never existed starts once so many nodes are here; without it somebody has to say `init`. */
  expectedNodes?: number
  /** So many nodes have to have a write before it is acknowledged. Default 1. */
  minInSync?: number
  /** The lease goes back there by a handover, once it was elsewhere for `returnAfterMs` (ten minutes). */
  preferredRegion?: string
  returnAfterMs?: number
  /** A node that wrote nothing to Consul for so long, and is no member, is forgotten. Default an hour. */
  forgetAfterMs?: number
  /** Below it the node hands over and leaves the in-sync set. Default 64 MiB. */
  leastFreeBytes?: number
  /** Other services on the port between nodes, each passed on to a unix socket. */
  passOn?: Record<string, string>
  log: GuardLog
}
