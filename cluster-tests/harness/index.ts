export {
  type Cluster,
  type ClusterOptions,
  openCluster,
  type Side,
  startCluster,
  type TestOwner,
} from './cluster.ts'
export type { Consul, ConsulOptions, ConsulRequest, Interceptor } from './consul.ts'
export type { DnsServer } from './dns.ts'
export { type EventuallyOptions, eventually } from './eventually.ts'
export { type LitefsInfo, type LitefsOptions, litefs, litefsInfo, litefsPositions } from './litefs.ts'
export type { Host, Network } from './network.ts'
export type { ClusterNode, Part, RunOptions } from './node.ts'
export type { NodeProcess } from './processes.ts'
export type { Route, RouteOptions } from './route.ts'
export type { LinkSettings } from './switch.ts'
