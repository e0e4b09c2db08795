import { join } from 'node:path'
import { deriveKeys, type HostPort } from '@atoll/cluster'
import { openConsul } from './consul-client.ts'
import { type ConsulProxy, openConsulProxy } from './consul-proxy.ts'
import { watchConsul } from './consul-watch.ts'
import type { GuardStatus } from './control-protocol.ts'
import { openGuardServer } from './control-server.ts'
import { openDisk } from './disk.ts'
import { followPrimary } from './follow-primary.ts'
import { watchFreeSpace } from './free-space.ts'
import { governGuard } from './govern.ts'
import type { GuardOptions } from './guard-options.ts'
import { createHearing } from './hearing.ts'
import { nameOfSet } from './in-sync-set.ts'
import { openLease } from './lease.ts'
import { openLinks } from './links.ts'
import { createListening } from './listening.ts'
import { litefsApi } from './litefs-api.ts'
import { watchLitefs } from './litefs-watch.ts'
import { judgeLeading } from './may-lead.ts'
import { keepPeers } from './peers.ts'
import { keepPermission } from './permission.ts'
import { encodePosition } from './position.ts'
import { keysOf } from './records.ts'
import type { Report } from './report.ts'
import { serveGuards } from './serve-guard.ts'
import { prepareTakeOver } from './take-over.ts'

export interface Guard {
  readonly proxyPort: number
  readonly address: HostPort
  status(): GuardStatus
  /** Hands the lease over without losing a write; does nothing on a node that does not lead. */
  handover(to?: string): Promise<void>
  /** LiteFS of this node ended: the lease is released at once. */
  litefsExited(): Promise<void>
  /** The application of this node ended, and no process of it writes any more: the lease goes on at once. */
  appExited(): Promise<void>
  /** Before the node stops: hands over, and leaves the in-sync set so that nobody waits for it. */
  leave(): Promise<void>
  /** After LiteFS has ended. */
  close(): Promise<void>
}

/** Starts the guard of a node: before its LiteFS, and it ends after it. */
export async function startGuard(options: GuardOptions): Promise<Guard> {
  const { node, region, candidate, address, database, folder, log } = options
  const closing = new AbortController()
  const { signal } = closing
  const disk = await openDisk(folder)
  const self = { node, disk: disk.id, address }
  const secrets = deriveKeys(options.secrets)
  const keys = keysOf(options.leaseKey)
  const consul = openConsul({ url: options.consulUrl })
  const api = litefsApi(`http://${options.litefs.host}:${options.litefs.port}`, database)
  const litefs = watchLitefs(api)
  let reports = 0
  const report = (): Report => ({
    ...{ node, disk: disk.id, address, region, candidate, count: ++reports },
    joins: govern.joins,
    seesConsul: watch.clearForMs > 0,
    serves: server.hasApplication,
    position: litefs.position && encodePosition(litefs.position),
    newestSet: disk.newestSet && nameOfSet(disk.newestSet),
  })

  const peers = keepPeers({
    self: node,
    keys: secrets,
    onReport: (peer) => govern.heard(peer),
    onSilent: (name) => links.cut(name),
  })
  const listening = createListening()
  const permission = keepPermission()
  const hearing = createHearing(node, peers, listening, () => watch.picture?.nodes ?? [])
  const mayLead = judgeLeading({
    ...{ self, candidate, expectedNodes: options.expectedNodes },
    newestSet: () => disk.newestSet,
    keepSet: (set) => disk.storeSet(set),
    position: () => api.position(1000),
    askForSet: (name, at) => govern.askForSet(name, at),
    connected: () => peers.all().filter((peer) => peer.report !== undefined),
    isIsolated: hearing.isIsolated,
    isSettled: hearing.isSettled,
    hasBetter: (set) => !server.hasApplication && hearing.servingMembers(set).length > 0,
    permissionFor: permission.for,
  })
  const lease = openLease({
    ...{ consul, keys, disk, log, self },
    mayLead: async (picture) => (space.isFull ? { kind: 'may-not', reason: 'its disk is full' } : mayLead(picture)),
    isHeard: hearing.isHeard,
    acked: () => govern.leading?.coverage.acked,
    isBeingHanded: () => taking.isUnderWay,
    onChange: () => govern.changed(),
  })
  const taking = prepareTakeOver({ api, lease })
  const watch = watchConsul({
    ...{ consul, keys, disk, lease, self, signal, log },
    record: { ...self, candidate, region },
    onPicture({ nodes, lease: held }) {
      peers.learn(nodes)
      links.closeUnless(held?.session === undefined ? undefined : held.index)
    },
  })
  const govern = governGuard({
    ...{ options, self, disk, consul, keys, lease, litefs, api, peers, watch, hearing, listening, permission, signal },
    isFull: () => space.isFull,
    hasApplication: () => server.hasApplication,
    tellReport: () => guards.tellReport(),
    publish: (state) => server.publish(state),
    drain: (deadlineMs) => server.drain(deadlineMs),
    refused: () => links.listener.refused,
    freeBytes: () => space.freeBytes,
  })
  peers.learn(disk.newestSet?.members ?? [])

  const space = watchFreeSpace({
    ...{ signal, leastBytes: options.leastFreeBytes ?? 64 << 20 },
    folders: [folder, ...(options.litefsFolder ? [options.litefsFolder] : [])],
    onChange: govern.diskChanged,
  })
  const server = await openGuardServer({ socket: options.socket, calls: govern.calls })
  const guards = serveGuards({
    ...{ litefs, disk, report, remove: govern.calls.remove },
    ...{ prepare: server.prepare, promote: taking.takeOver },
  })
  const links = await openLinks({
    ...{ listen: options.listen, keys: secrets, litefs: options.litefs, passOn: options.passOn ?? {} },
    onGuard: guards.serve,
  })
  const primary = followPrimary({
    ...{ node, candidate, disk, lease, links, litefs: api, peers, look: watch.look },
    isHandingOver: () => govern.leading?.isHandingOver ?? false,
    salvage: { folder: options.salvageFolder ?? join(folder, 'salvage'), node, litefs: api, log },
  })
  const proxy: ConsulProxy = await openConsulProxy({
    ...{ port: options.proxyPort, leaseKey: options.leaseKey, log },
    calls: govern.leaseCalls(primary),
  })
  watch.begin()

  return {
    proxyPort: proxy.port,
    address: links.listener.address,
    status: govern.calls.status,
    handover: govern.calls.handover,
    litefsExited: govern.calls.litefsExited,
    appExited: govern.calls.appExited,
    leave: govern.calls.leave,
    async close() {
      await govern.giveUp()
      closing.abort()
      await Promise.all([proxy.close(), server.close(), peers.close(), litefs.close(), watch.close(), govern.close()])
      await Promise.all([links.close(), space.close()])
    },
  }
}
