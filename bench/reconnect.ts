import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startAtoll } from './atoll.ts'
import { percentile } from './cluster/percentiles.ts'
import { writePosts } from './content.ts'
import { askMeanwhile } from './sockets/ask-meanwhile.ts'
import { openCgroup } from './sockets/cgroup.ts'
import { openCrowd } from './sockets/crowd.ts'

const count = Number(process.env.BENCH_SOCKETS ?? 10_000)
const page = '/posts/post-1'

/** A node of 512 MB and one processor is stopped and started again, and everybody who was there comes back. */
export async function bench(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'atoll-bench-'))
  const cgroup = openCgroup('reconnect')
  const start = (env: NodeJS.ProcessEnv = {}) =>
    startAtoll(join(folder, 'content'), join(folder, 'data'), { ATOLL_TRUSTED_PROXIES: 'loopback', ...env }, cgroup)
  writePosts(join(folder, 'content'), 100)
  let atoll = await start()
  const crowd = openCrowd(atoll.url, page, count)
  try {
    await crowd.next('watching')
    await atoll.stop()
    const back = crowd.next('watching')
    atoll = await start({ PORT: new URL(atoll.url).port })
    const readyAt = performance.timeOrigin + performance.now()
    const asking = askMeanwhile(atoll.url + page)
    const times = await back
    const { taken, failed } = await asking.stop()
    const [half, last] = [percentile(times, 0.5), Math.max(...times)].map((at) => ((at - readyAt) / 1000).toFixed(1))
    console.log(
      `${count} readers are back ${last} s after the node is ready, half of them after ${half} s (goal ≤ 15 s)`,
    )
    console.log(
      `pages meanwhile: ${failed} of ${taken.length} failed (goal 0), p99 ${percentile(taken, 0.99).toFixed(0)} ms`,
    )
  } finally {
    await crowd.close()
    await atoll.stop()
    cgroup.close()
    rmSync(folder, { recursive: true })
  }
}
