import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startAtoll } from './atoll.ts'
import { editPost, writePosts } from './content.ts'
import { median } from './load.ts'

const count = Number(process.env.BENCH_SOCKETS ?? 10_000)
const clients = 4
const page = '/posts/post-1'

/** Sockets with presence on one node of 512 MB and one processor; clients are processes outside of it. */
export async function bench(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'atoll-bench-'))
  const cgroup = openCgroup()
  const [content, data] = [join(folder, 'content'), join(folder, 'data')]
  writePosts(content, 100)
  // Every client is an address of its own, as it would be behind a proxy.
  const env = { ATOLL_TRUSTED_PROXIES: 'loopback', HOST: '127.0.0.1' }
  const atoll = await startAtoll(content, data, env)
  try {
    cgroup.add(atoll.pid)
    await (await fetch(atoll.url + page)).text()
    const before = cgroup.bytes()
    const openedAt = performance.now()
    const crowd = await openCrowd(atoll.url)
    console.log(
      `${count} sockets open in ${((performance.now() - openedAt) / 1000).toFixed(1)} s (goal for all at once ≤ 15 s)`,
    )
    await crowd.settle()
    const idle = cgroup.bytes()
    console.log(`memory per idle socket: ${((idle - before) / count / 1024).toFixed(1)} KB (goal ≤ 10 KB)`)

    const answers = askMeanwhile(atoll.url + page)
    const savedAt = performance.timeOrigin + performance.now()
    editPost(content, 1, 'broadcast')
    const { first, last } = await crowd.changed()
    console.log(
      `one change to all: the last one ${(last - first).toFixed(0)} ms after the first (goal ≤ 1000), ${(last - savedAt).toFixed(0)} ms after the file was saved`,
    )
    console.log(`more memory meanwhile: ${((cgroup.peak() - idle) / 1024 / 1024).toFixed(0)} MB (goal ≤ 100)`)
    const taken = (await answers.stop()).sort((a, b) => a - b)
    console.log(
      `the site meanwhile: median ${median(taken).toFixed(1)} ms, p99 ${taken[Math.floor(taken.length * 0.99)]!.toFixed(1)} ms (goal ≤ 50)`,
    )
    await crowd.close()
  } finally {
    await atoll.stop()
    cgroup.close()
    rmSync(folder, { recursive: true })
  }
}

/** Bounds the server, where this user may and the kernel has the first version of cgroups; else counts its own pages. */
function openCgroup() {
  const folders = ['memory', 'cpu'].map((kind) => `/sys/fs/cgroup/${kind}/atoll-bench-${process.pid}`)
  const [memory, cpu] = folders as [string, string]
  let pid = 0
  let isBounded = true
  try {
    for (const folder of folders) mkdirSync(folder)
    writeFileSync(join(memory, 'memory.limit_in_bytes'), String(512 * 1024 * 1024))
    writeFileSync(join(cpu, 'cpu.cfs_period_us'), '100000')
    writeFileSync(join(cpu, 'cpu.cfs_quota_us'), '100000')
  } catch (error) {
    isBounded = false
    console.log(`not bounded: ${(error as Error).message}`)
  }
  const resident = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) * 1024
  const read = (name: string) => Number(readFileSync(join(memory, name), 'utf8'))
  return {
    add(added: number) {
      pid = added
      if (!isBounded) return
      for (const folder of folders) writeFileSync(join(folder, 'cgroup.procs'), String(pid))
    },
    // Pages that were there before the move are counted by the process alone.
    bytes: resident,
    peak: () => (isBounded ? Math.max(resident(), read('memory.max_usage_in_bytes')) : resident()),
    close() {
      for (const folder of folders) {
        try {
          rmdirSync(folder)
        } catch {}
      }
    },
  }
}

async function openCrowd(url: string) {
  const share = Math.ceil(count / clients)
  const children = Array.from({ length: clients }, (_, number) =>
    spawn(
      process.execPath,
      [join(import.meta.dirname, 'sockets-client.ts'), url, page, String(share), String(number)],
      {
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      },
    ),
  )
  const hear = (kind: string) =>
    Promise.all(
      children.map(
        (child) =>
          new Promise<number[]>((resolve, reject) => {
            child.on('message', (message: { kind: string; times: number[] }) => {
              if (message.kind === kind) resolve(message.times)
            })
            child.once('exit', (code) => reject(new Error(`a client ended with ${code}`)))
          }),
      ),
    )
  const changed = hear('changed')
  await hear('open')
  return {
    settle: () => new Promise((resolve) => setTimeout(resolve, 10_000)),
    async changed() {
      const times = (await changed).flat()
      return { first: Math.min(...times), last: Math.max(...times) }
    },
    async close() {
      changed.catch(() => {})
      const gone = children.map((child) => new Promise((resolve) => child.once('exit', resolve)))
      for (const child of children) child.disconnect()
      await Promise.all(gone)
    },
  }
}

function askMeanwhile(url: string) {
  const taken: number[] = []
  let isDone = false
  const asking = (async () => {
    while (!isDone) {
      const startedAt = performance.now()
      await (await fetch(url)).text()
      taken.push(performance.now() - startedAt)
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  })()
  return {
    async stop() {
      isDone = true
      await asking
      return taken
    },
  }
}
