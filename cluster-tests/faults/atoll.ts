/** Atoll as it is run: `atoll start` on every node, and readers who react to a post. */
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { hashPerson } from '../../packages/live/src/index.ts'
import { askGuard } from '../../packages/supervisor/src/guard/index.ts'
import { type ClusterNode, eventually, openCluster, type Part } from '../harness/index.ts'
import { buildNextRelease } from '../supervisor/next-release.ts'
import { environmentOf, programOf, sitePort, writePost } from '../supervisor/started.ts'
import type { Door } from './clients.ts'
import { mendLines } from './faults.ts'
import type { Program, Subject } from './subject.ts'

const site = `http://127.0.0.1:${sitePort}`
const reaction = '👍'
const childPatterns = { litefs: /mount\0-config/, guard: /guard-process/, app: /\0serve/, database: /database-process/ }

export const atoll: Subject = {
  name: 'atoll',
  async open({ all, atFirst, clocksAhead = [] }) {
    const parts = [atollStart(atFirst, clocksAhead)]
    const cluster = await openCluster({ title: 'faults', nodes: all, parts, start: false })
    for (const node of cluster.nodes) prepareNode(node)
    const { close } = cluster
    const closeAll = async (options?: { keepLogs?: boolean }) => {
      for (const node of cluster.nodes) execFileSync('umount', ['--lazy', dataOf(node)])
      await close(options)
    }
    try {
      await Promise.all(cluster.nodes.slice(0, atFirst).map((node) => node.start()))
    } catch (error) {
      await closeAll({ keepLogs: true })
      throw error
    }
    return { ...cluster, close: closeAll }
  },
  async door(cluster) {
    const base = await countShown(await cluster.primary())
    return reactions(base)
  },
  pid: (node, program) => (program === 'supervisor' ? node.part('atoll').pid : childOf(node, program)),
  handOver: (primary, to) => askGuard(guardSocket(primary), 'handover', { to: to.name }),
  stopPolitely: (node) => node.part('atoll').stop({ timeoutMs: 40_000 }),
  async leader(nodes) {
    const statuses = await Promise.all(nodes.map((node) => statusOf(node).catch(() => undefined)))
    return statuses.find((status) => status?.lease.kind === 'held')?.node
  },
  running: ({ nodes }) => nodes.filter(isRunning),
  async isWell(cluster, count = cluster.nodes.length) {
    const running = cluster.nodes.filter(isRunning)
    await eventually(`${count} nodes are ready and in the in-sync set`, () => areInSync(running, count), {
      timeoutMs: 60_000,
      everyMs: 50,
    })
  },
  async mend(cluster) {
    await cluster.heal()
    await mendLines(cluster)
    cluster.consul.thaw()
    await cluster.consul.answerWell()
    for (const node of cluster.nodes) if (node.state !== 'killed') node.thaw()
    await Promise.all(cluster.nodes.map(startAgain))
  },
  async keysOn(node, keys) {
    const file = join(node.folder, 'keys.json')
    writeFileSync(file, JSON.stringify(keys.map((key) => [key, hashPerson(key)])))
    const script = join(import.meta.dirname, 'read-reactions.ts')
    const reading = node.runScript(script, [join(node.mount, 'atoll.db'), file], { name: `reactions-${nextRead++}` })
    const code = await reading.ended
    if (code !== 0) throw new Error(`cannot read what ${node.name} has: ${reading.log().slice(-500)}`)
    return JSON.parse(reading.log()) as string[]
  },
}

/** The folders of the releases that nodes run, where it is not this one. */
const releases = new WeakMap<ClusterNode, string>()
let nextRead = 0
let nextRelease: Promise<string> | undefined

/** The folder of a release with a migration and a new version of the operation; built at the first call. */
export function findNextRelease(): Promise<string> {
  nextRelease ??= (async () => {
    const folder = mkdtempSync(join(process.env.ATOLL_CLUSTER_FOLDER!, 'next-release-'))
    await buildNextRelease(folder)
    return folder
  })()
  return nextRelease
}

/** Starts a node again, which runs another release from now on. */
export function startRelease(node: ClusterNode, release: string): Promise<unknown> {
  releases.set(node, release)
  return node.start()
}

export function dataOf(node: ClusterNode): string {
  return join(node.folder, 'atoll')
}

/** What has to be lost, or kept, together: LiteFS's folder and the guard's. */
export function disksOf(node: ClusterNode): string[] {
  return ['litefs', 'litefs-guard'].map((name) => join(dataOf(node), name))
}

export function statusOf(node: ClusterNode) {
  return askGuard(guardSocket(node), 'status')
}

export function isRunning(node: ClusterNode): boolean {
  try {
    return node.part('atoll').isRunning()
  } catch {
    // It was never started.
    return false
  }
}

function guardSocket(node: ClusterNode): string {
  return join(dataOf(node), 'run/guard.sock')
}

/** A disk of its own, which can be filled, and a post to react to. */
function prepareNode(node: ClusterNode): void {
  mkdirSync(dataOf(node), { recursive: true })
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1g,mode=755', 'tmpfs', dataOf(node)])
  writePost(node, 'hello', 'Hello there.')
}

function atollStart(expectedNodes: number, clocksAhead: readonly number[]): Part {
  return {
    name: 'atoll',
    async start(node) {
      const env = {
        ...environmentOf(node),
        // Each of several clusters side by side has a DNS of its own, and this machine asks one.
        ATOLL_PEERS: node.peers.map(({ urlHost }) => `${urlHost}:4100`).join(', '),
        ATOLL_EXPECTED_NODES: String(expectedNodes),
        ...aheadBy(clocksAhead[node.number - 1] ?? 0),
      }
      const running = node.runScript(programOf(releases.get(node)), ['start'], { name: 'atoll', env })
      const isHere = async () => {
        if (!running.isRunning()) throw new Error(`it ended: ${running.log().slice(-1500)}`)
        return (await node.fetch(`${site}/health`, { signal: AbortSignal.timeout(2000) })).ok
      }
      await eventually(`the site of ${node.name} listens`, isHere, { timeoutMs: 60_000, everyMs: 50 })
      return running
    },
  }
}

/** The time of day in every Node process and thread of a node; LiteFS itself goes by no clock. */
function aheadBy(minutes: number): NodeJS.ProcessEnv {
  if (minutes === 0) return {}
  const script = `const { now } = Date
    globalThis.Date = class extends Date {
      static now = () => now() + ${minutes * 60_000}
      constructor(...given) { super(...(given.length > 0 ? given : [now() + ${minutes * 60_000}])) }
    }`
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(script)}` }
}

async function startAgain(node: ClusterNode): Promise<void> {
  if (isRunning(node) || !hasStarted(node)) return
  await node.kill()
  await node.start()
}

function hasStarted(node: ClusterNode): boolean {
  try {
    return node.part('atoll') !== undefined
  } catch {
    return false
  }
}

async function areInSync(running: ClusterNode[], count: number): Promise<true> {
  const statuses = await Promise.all(running.map(statusOf))
  const leading = statuses.find((status) => status.lease.kind === 'held')
  if (leading?.members.length !== count) throw new Error(`in sync: ${leading?.members ?? 'nobody leads'}`)
  for (const node of running) {
    const response = await node.fetch(`${site}/ready`, { signal: AbortSignal.timeout(2000) })
    if (!response.ok) throw new Error(`${node.name} is not ready: ${(await response.text()).slice(0, 300)}`)
  }
  return true
}

function childOf(node: ClusterNode, program: Exclude<Program, 'supervisor'>): number {
  const pid = program === 'database' ? childOf(node, 'app') : node.part('atoll').pid
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number)
  const pattern = childPatterns[program]
  const found = children.find((child) => pattern.test(readFileSync(`/proc/${child}/cmdline`, 'utf8')))
  if (found === undefined) throw new Error(`${program} does not run on ${node.name}`)
  return found
}

/** A reader without a script taps once: it counts, and a tap that was carried out twice is taken back again. */
function reactions(base: number): Door {
  return {
    isAnyNodeGood: true,
    restMs: 25,
    createKey: () => randomBytes(16).toString('hex'),
    async write(node, key, signal) {
      const response = await node.fetch(`${site}/posts/hello/reactions`, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          cookie: `reader=${key}`,
          'x-forwarded-for': someAddress(),
        },
        body: new URLSearchParams({ kind: reaction }).toString(),
        redirect: 'manual',
        signal,
      })
      const text = await response.text()
      if (response.status !== 303) return { kind: 'refused', detail: `${response.status} ${text.slice(0, 200)}` }
      return { kind: 'acknowledged', token: response.headers.get('atoll-token')! }
    },
    async misses(node, _key, token, leastCount) {
      const response = await node.fetch(`${site}/posts/hello`, {
        headers: { 'atoll-token': token! },
        signal: AbortSignal.timeout(5000),
      })
      const page = await response.text()
      if (!response.ok) throw new Error(`${response.status}`)
      const notice = response.headers.get('atoll-notice')
      // It says so itself, and does not pass for new.
      if (notice === 'behind' || countOn(page) >= base + leastCount) return undefined
      return `it shows ${countOn(page)} of ${base + leastCount}, and says ${notice ?? 'nothing'}`
    },
    async reads(node) {
      const response = await node.fetch(`${site}/posts/hello`, { signal: AbortSignal.timeout(2000) })
      return response.ok && (await response.text()).includes('Hello there.')
    },
  }
}

async function countShown(node: ClusterNode): Promise<number> {
  const response = await node.fetch(`${site}/posts/hello`, { signal: AbortSignal.timeout(5000) })
  return countOn(await response.text())
}

function countOn(page: string): number {
  const [, count] = /reaction-count">(\d+)</.exec(page) ?? []
  if (count === undefined) throw new Error('the page has no reactions')
  return Number(count)
}

/** Everybody comes from elsewhere: what one household may do in a second is not the subject. */
function someAddress(): string {
  const [second, third] = randomBytes(2)
  return `198.18.${second}.${third}`
}
