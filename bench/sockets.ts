import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, startAtoll } from './atoll.ts'
import { percentile } from './cluster/percentiles.ts'
import { editPost, writePosts } from './content.ts'
import { askMeanwhile } from './sockets/ask-meanwhile.ts'
import { type Cgroup, openCgroup } from './sockets/cgroup.ts'
import { type Crowd, openCrowd } from './sockets/crowd.ts'

const count = Number(process.env.BENCH_SOCKETS ?? 10_000)
const page = '/posts/post-1'
const restMs = 10_000
/** One sends its last message after a few hundred milliseconds, which is no time for a hundredth of the requests. */
const changes = 10

/** Sockets with presence on one node of 512 MB and one processor, and the same number held by `ws` alone. */
export async function bench(): Promise<void> {
  const bare = await withCgroup('ws', measureBare)
  const ours = await withCgroup('sockets', measureAtoll)
  console.log(
    `memory per idle socket: ${kilobytes(ours)} (goal ≤ 10 KB), ${kilobytes(bare)} by ws alone: ${(ours / bare).toFixed(2)} × (goal ≤ 1.3)`,
  )
}

async function withCgroup(name: string, measure: (cgroup: Cgroup) => Promise<number>): Promise<number> {
  const cgroup = openCgroup(name)
  try {
    return await measure(cgroup)
  } finally {
    cgroup.close()
  }
}

async function measureBare(cgroup: Cgroup): Promise<number> {
  const port = await freePort()
  const [program, ...args] = [...cgroup.through, process.execPath, join(import.meta.dirname, 'sockets/bare-ws.ts')]
  const server = spawn(program!, [...args, String(port)], { stdio: ['ignore', 'inherit', 'inherit'] })
  const url = `http://127.0.0.1:${port}`
  try {
    while (!(await fetch(url).catch(() => undefined))) await rest(20)
    const { crowd, bytesEach } = await gather(url, cgroup)
    await crowd.close()
    return bytesEach
  } finally {
    server.kill()
    await once(server, 'exit')
  }
}

async function measureAtoll(cgroup: Cgroup): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'atoll-bench-'))
  const content = join(folder, 'content')
  writePosts(content, 100)
  // Every reader is an address of its own, as it would be behind a proxy.
  const env = { ATOLL_TRUSTED_PROXIES: 'loopback' }
  const atoll = await startAtoll(content, join(folder, 'data'), env, cgroup)
  try {
    await (await fetch(atoll.url + page)).text()
    const { crowd, bytesEach, tookMs } = await gather(atoll.url, cgroup)
    console.log(`${count} sockets open in ${(tookMs / 1000).toFixed(1)} s`)
    await changeAll(crowd, content, { url: atoll.url, cgroup })
    await crowd.close()
    return bytesEach
  } finally {
    await atoll.stop()
    rmSync(folder, { recursive: true })
  }
}

async function gather(url: string, cgroup: Cgroup) {
  await rest(restMs)
  const before = cgroup.bytes()
  const startedAt = performance.now()
  const crowd = openCrowd(url, page, count)
  await crowd.next('watching')
  const tookMs = performance.now() - startedAt
  await rest(restMs)
  return { crowd, tookMs, bytesEach: (cgroup.bytes() - before) / count }
}

async function changeAll(crowd: Crowd, content: string, { url, cgroup }: { url: string; cgroup: Cgroup }) {
  const idle = cgroup.bytes()
  cgroup.forgetPeak()
  const forgotten = cgroup.peakBytes()
  const spread: number[] = []
  const sinceSaved: number[] = []
  const asked: { taken: number[]; failed: number } = { taken: [], failed: 0 }
  for (let change = 0; change < changes; change++) {
    const asking = askMeanwhile(url + page)
    const changed = crowd.next('changed')
    const savedAt = performance.timeOrigin + performance.now()
    editPost(content, 1, `broadcast ${change}`)
    const times = await changed
    const { taken, failed } = await asking.stop()
    asked.taken.push(...taken)
    asked.failed += failed
    const last = Math.max(...times)
    spread.push(last - Math.min(...times))
    sinceSaved.push(last - savedAt)
    await rest(1000)
  }
  console.log(
    `each of ${changes} changes to all: the last one ${middleAndMost(spread)} after the first (goal ≤ 1000), ${middleAndMost(sinceSaved)} after the file was saved`,
  )
  const more = Math.max(cgroup.peakBytes() - forgotten, cgroup.bytes() - idle)
  console.log(`more memory meanwhile: ${(more / 1024 / 1024).toFixed(0)} MB (goal ≤ 100)`)
  const [median, p99] = [0.5, 0.99].map((share) => percentile(asked.taken, share).toFixed(1))
  console.log(
    `the site meanwhile: median ${median} ms, p99 ${p99} ms of ${asked.taken.length} (goal ≤ 50), ${asked.failed} failed`,
  )
}

function middleAndMost(times: number[]): string {
  return `${percentile(times, 0.5).toFixed(0)} ms, at most ${Math.max(...times).toFixed(0)} ms,`
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1024).toFixed(1)} KB`
}

function rest(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
