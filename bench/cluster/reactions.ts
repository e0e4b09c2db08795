import { join } from 'node:path'
import type { Cluster, ClusterNode } from '../../cluster-tests/harness/index.ts'
import { ask, openSiteCluster, shows } from '../../cluster-tests/site/site-node.ts'
import { milliseconds, percentile } from './percentiles.ts'
import type { ReadersOptions, ReadersReport } from './readers.ts'

const post = 'hello'
const kind = '👍'
const tapsPerSecond = 1000
const tapMs = 10_000
const watchers = 100
/** Until the last tap is answered and on every screen; a busy machine needs it. */
const settleMs = 20_000
/** One way, as between London, Virginia and Tokyo. */
const delays = [
  ['lhr', 'iad', 40],
  ['lhr', 'nrt', 120],
  ['iad', 'nrt', 80],
] as const

/** 1,000 reactions a second to one post from three regions, seen on 100 open pages of it there. */
export async function measure(): Promise<void> {
  const env = () => ({ ATOLL_TRUSTED_PROXIES: 'loopback' })
  const cluster = await openSiteCluster({ title: 'bench reactions', env })
  try {
    for (const node of cluster.nodes) await shows(node, `/posts/${post}`, kind)
    for (const [one, other, ms] of delays) await cluster.delay(ms, inRegion(cluster, one), inRegion(cluster, other))
    const primary = await cluster.primary()
    const reports = await readEverywhere(cluster)
    tellCounts(reports, await Promise.all(cluster.nodes.map(countOn)))
    tellTimes(cluster, primary, reports)
  } finally {
    await cluster.close()
  }
}

function inRegion({ nodes }: Cluster, region: string): ClusterNode {
  return nodes.find((node) => node.region === region)!
}

async function readEverywhere({ nodes }: Cluster): Promise<ReadersReport[]> {
  const startAt = Date.now() + 10_000
  const running = nodes.map((node, index) => {
    const options: ReadersOptions = {
      url: 'http://127.0.0.1:4000',
      post,
      kind,
      watchers: share(watchers, index, nodes.length),
      tappers: 100,
      tapsPerSecond: tapsPerSecond / nodes.length,
      startAt,
      tapUntil: startAt + tapMs,
      watchUntil: startAt + tapMs + settleMs,
    }
    return node.runScript(join(import.meta.dirname, 'readers.ts'), [JSON.stringify(options)], { name: 'readers' })
  })
  return Promise.all(
    running.map(async ({ ended, log }) => {
      const code = await ended
      if (code !== 0) throw new Error(`readers ended with ${code}: ${log().slice(-800)}`)
      return JSON.parse(log()) as ReadersReport
    }),
  )
}

function share(all: number, index: number, parts: number): number {
  return Math.floor((all * (index + 1)) / parts) - Math.floor((all * index) / parts)
}

async function countOn(node: ClusterNode): Promise<number> {
  const page = await (await ask(node, `/posts/${post}`)).text()
  return Number(new RegExp(`value="${kind}"[^>]*>[^<]*<span class="reaction-count">(\\d+)<`).exec(page)![1])
}

function tellCounts(reports: ReadersReport[], counts: number[]): void {
  const sum = (of: (report: ReadersReport) => number) => reports.reduce((all, report) => all + of(report), 0)
  const [answered, refused, unanswered] = [
    sum(({ taps }) => taps.length),
    sum((r) => r.refused),
    sum((r) => r.unanswered),
  ]
  console.log(
    `${answered} reactions in ${tapMs / 1000} s, each tenth sent twice; ${refused} refused, ${unanswered} not answered; the nodes show ${counts.join(', ')} (goal: ${answered} each)`,
  )
}

/** From the tap to the first number on a screen that includes it, without what the way to the primary and back takes. */
function tellTimes(cluster: Cluster, primary: ClusterNode, reports: ReadersReport[]): void {
  const awayMs = cluster.nodes.map(({ region }) => delayBetween(region, primary.region))
  const beyond: number[] = []
  let never = 0
  for (const [from, { taps }] of reports.entries()) {
    for (const [to, { seen }] of reports.entries()) {
      for (const screen of seen) {
        for (const tap of taps) {
          const shown = firstWith(screen, tap.count)
          if (shown === undefined) never++
          else beyond.push(shown - tap.at - awayMs[from]! - awayMs[to]!)
        }
      }
    }
  }
  const [median, p99] = [0.5, 0.99].map((part) => milliseconds(percentile(beyond, part)))
  console.log(
    `on ${watchers} screens in three regions, beyond the links: p50 ${median}, p99 ${p99} (goal ≤ 1500); ${never} not seen`,
  )
}

function delayBetween(one: string, other: string): number {
  return delays.find(([a, b]) => (a === one && b === other) || (a === other && b === one))?.[2] ?? 0
}

function firstWith(screen: { at: number; count: number }[], count: number): number | undefined {
  let [low, high] = [0, screen.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (screen[middle]!.count >= count) high = middle
    else low = middle + 1
  }
  return screen[low]?.at
}
