import { setTimeout as delay } from 'node:timers/promises'
import type { Cluster, ClusterNode, LinkSettings } from '../harness/index.ts'
import type { Program, Subject } from './subject.ts'

export interface Situation {
  subject: Subject
  cluster: Cluster
  primary: ClusterNode
  replicas: ClusterNode[]
  /** One of the replicas. */
  replica: ClusterNode
}

export interface Fault {
  /** How long nobody may be able to write, in seconds. */
  allowedSeconds: number
  strike(situation: Situation): Promise<unknown>
  /** What it brings about; a fault whose effect comes later is watched until then. */
  effect?: 'another leads' | 'the member is dropped'
  /** It lasts so long, and ends in this way. */
  lasts?: { ms: number; end(situation: Situation): unknown }
  /** Has a meaning without a guard and a supervisor. */
  isForStock?: true
}

const kill = (program: Program) => async (situation: Situation) =>
  process.kill(situation.subject.pid(situation.primary, program), 'SIGKILL')

const freeze =
  (program: Program, where: 'primary' | 'replica' = 'primary') =>
  async (situation: Situation) =>
    process.kill(situation.subject.pid(situation[where], program), 'SIGSTOP')

const frozen = (seconds: number): Fault => ({
  allowedSeconds: 6,
  strike: ({ primary }) => primary.freeze(),
  lasts: { ms: seconds * 1000, end: ({ primary }) => primary.thaw() },
  isForStock: true,
})

/** Makes every line between two nodes, and between a node and Consul, like this. */
const impairAll = ({ nodes, consul, impair }: Cluster, line: LinkSettings) => impair(line, nodes, [...nodes, consul])

const perfect: LinkSettings = { loss: 0, delayMs: 0, jitterMs: 0, bytesPerSecond: 0 }

/** Ends what faults of lines do; their silence ends with `heal`. */
export const mendLines = (cluster: Cluster) => impairAll(cluster, perfect)

/** Every line is like this for ten seconds. */
const impaired = (line: LinkSettings): Omit<Fault, 'allowedSeconds'> => ({
  strike: ({ cluster }) => impairAll(cluster, line),
  lasts: { ms: 10_000, end: ({ cluster }) => mendLines(cluster) },
})

/** The fault is done at once, and what comes of it is watched. */
const watchedFor = (ms: number) => ({ ms, end: () => {} })

const primaryIsLeft = { allowedSeconds: 6, effect: 'another leads' } as const
const replicaIsDropped = { allowedSeconds: 2.5, effect: 'the member is dropped', isForStock: true } as const

/** What can happen to a cluster, by name, in the order of the table. Any two can be combined. */
export const faults: Record<string, Fault> = {
  'LiteFS on the primary killed': { allowedSeconds: 1, strike: kill('litefs'), isForStock: true },
  'app on the primary killed': { allowedSeconds: 1, strike: kill('app') },
  'database process on the primary killed': { allowedSeconds: 2.5, strike: kill('database') },
  'guard on the primary killed': { ...primaryIsLeft, strike: kill('guard') },
  'supervisor on the primary killed': { ...primaryIsLeft, strike: kill('supervisor') },
  'all of the primary killed': { allowedSeconds: 6, strike: ({ primary }) => primary.kill(), isForStock: true },
  'primary vanished': { allowedSeconds: 6, strike: ({ primary }) => primary.vanish(), isForStock: true },
  'primary frozen for 5 s': frozen(5),
  'primary frozen for 15 s': frozen(15),
  'primary frozen for 60 s': frozen(60),
  'LiteFS on the primary frozen': { ...primaryIsLeft, strike: freeze('litefs') },
  'app on the primary frozen': { ...primaryIsLeft, strike: freeze('app') },
  'database process on the primary frozen': { allowedSeconds: 6, strike: freeze('database') },
  'guard on the primary frozen': { ...primaryIsLeft, strike: freeze('guard') },
  'supervisor on the primary frozen': { allowedSeconds: 1, strike: freeze('supervisor'), lasts: watchedFor(3000) },
  'primary stutters': {
    allowedSeconds: 6,
    async strike({ primary }) {
      for (let turn = 0; turn < 6; turn++) {
        await primary.freeze()
        await delay(1200)
        primary.thaw()
        await delay(400)
      }
    },
  },
  'primary cut off from Consul': {
    ...primaryIsLeft,
    strike: ({ cluster, primary }) => cluster.partition(primary, 'consul'),
    isForStock: true,
  },
  'primary cut off from the replicas': {
    ...primaryIsLeft,
    strike: ({ cluster, primary, replicas }) => cluster.partition(primary, replicas),
  },
  'primary cut off from Consul and the replicas': {
    ...primaryIsLeft,
    async strike({ cluster, primary, replicas }) {
      await cluster.partition(primary, 'consul')
      await cluster.partition(primary, replicas)
    },
    isForStock: true,
  },
  'primary not heard by Consul': {
    ...primaryIsLeft,
    strike: ({ cluster, primary }) => cluster.silence(primary, 'consul'),
    isForStock: true,
  },
  'primary does not hear Consul': {
    ...primaryIsLeft,
    strike: ({ cluster, primary }) => cluster.silence('consul', primary),
    isForStock: true,
  },
  'primary not heard by the replicas': {
    ...primaryIsLeft,
    strike: ({ cluster, primary, replicas }) => cluster.silence(primary, replicas),
  },
  'primary does not hear the replicas': {
    ...primaryIsLeft,
    strike: ({ cluster, primary, replicas }) => cluster.silence(replicas, primary),
  },
  'a replica killed': { ...replicaIsDropped, strike: ({ replica }) => replica.kill() },
  'a replica frozen': { ...replicaIsDropped, strike: ({ replica }) => replica.freeze() },
  'a replica vanished': { ...replicaIsDropped, strike: ({ replica }) => replica.vanish() },
  'database process on a replica frozen': {
    allowedSeconds: 6,
    strike: freeze('database', 'replica'),
    // A member that makes no progress is dropped after ten seconds, if nothing better happens.
    lasts: watchedFor(12_000),
  },
  'a replica on a slow line': {
    allowedSeconds: 2.5,
    strike: ({ cluster, replica }) => cluster.impair({ bytesPerSecond: 20_000 }, replica, cluster.nodes),
    lasts: { ms: 15_000, end: ({ cluster }) => mendLines(cluster) },
  },
  'both replicas vanished': {
    allowedSeconds: 6,
    strike: ({ replicas }) => Promise.all(replicas.map((replica) => replica.vanish())),
  },
  'a replica stopped politely': {
    ...replicaIsDropped,
    allowedSeconds: 0.1,
    strike: ({ subject, replica }) => subject.stopPolitely(replica),
  },
  'one packet in five lost': { allowedSeconds: 6, ...impaired({ loss: 0.2 }) },
  'every line slow': {
    allowedSeconds: 2,
    ...impaired({ delayMs: 120, jitterMs: 60 }),
  },
  // Nothing proves a lease in less than two seconds then, so nobody writes for as long as it lasts.
  'every line slower by a second': { allowedSeconds: 16, ...impaired({ delayMs: 1000 }) },
  'Consul answers slowly': {
    allowedSeconds: 1,
    strike: ({ cluster }) => cluster.consul.slow(300),
    lasts: { ms: 5000, end: ({ cluster }) => cluster.consul.answerWell() },
  },
  'Consul frozen for 15 s': {
    allowedSeconds: 6,
    strike: async ({ cluster }) => cluster.consul.freeze(),
    lasts: { ms: 15_000, end: ({ cluster }) => cluster.consul.thaw() },
  },
  'every key in Consul deleted': {
    allowedSeconds: 6,
    strike: ({ cluster }) => cluster.consul.fetch('/v1/kv/?recurse', { method: 'DELETE' }),
    lasts: watchedFor(3000),
  },
  'every session in Consul destroyed': {
    allowedSeconds: 6,
    async strike({ cluster: { consul } }) {
      const sessions = (await (await consul.fetch('/v1/session/list')).json()) as { ID: string }[]
      await Promise.all(sessions.map(({ ID }) => consul.fetch(`/v1/session/destroy/${ID}`, { method: 'PUT' })))
    },
    lasts: watchedFor(3000),
  },
  'Consul wiped': { allowedSeconds: 6, strike: ({ cluster }) => cluster.consul.wipe() },
}
