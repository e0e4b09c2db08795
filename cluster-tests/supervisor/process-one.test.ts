import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { exitCodes } from '@atoll/supervisor'
import { describe, expect, it } from 'vitest'
import { eventually, type Part, startCluster } from '../harness/index.ts'
import { environmentOf, programOf, statusOf, writePost } from './started.ts'

/** As the first process of a container without an init. */
const contained: Part = {
  name: 'atoll',
  start: async (node) =>
    node.run('unshare', ['--pid', '--fork', '--kill-child', '--mount-proc', process.execPath, programOf(), 'start'], {
      name: 'atoll',
      env: environmentOf(node),
    }),
}

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number)
}

/** State and name of each process in the PID namespace of another. */
function processesBeside(first: number): string[] {
  const space = readlinkSync(`/proc/${first}/ns/pid`)
  return readdirSync('/proc').flatMap((pid) => {
    try {
      // A zombie has no namespace any more, and its parent has.
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      const [, name, state, parent] = /\((.*)\) (\S) (\d+)/s.exec(stat)!
      const isBeside = [pid, parent].some((one) => linkOf(`/proc/${one}/ns/pid`) === space)
      return isBeside ? [`${state} ${name}`] : []
    } catch {
      return []
    }
  })
}

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path)
  } catch {
    return undefined
  }
}

describe('atoll start as process 1', () => {
  it('collects orphans, and ends in its order on SIGTERM with a code that says so', async (t) => {
    const cluster = await startCluster(t, { nodes: 1, parts: [contained], start: false })
    const node = cluster.nodes[0]!
    writePost(node, 'hello')
    await node.start()
    await eventually('the site answers', async () => (await statusOf(node, '/posts/hello')) === 200, {
      timeoutMs: 40_000,
    })
    const [first] = childrenOf(node.part('atoll').pid) as [number]

    spawnSync('nsenter', [`--pid=/proc/${first}/ns/pid`, '--', 'sh', '-c', '(true orphan &) ; (sleep 0.1 &)'])
    await eventually('no orphan is left as a zombie', () => {
      const found = processesBeside(first).filter((one) => one.startsWith('Z') || one.includes('sleep'))
      if (found.length > 0) throw new Error(found.join())
      return true
    })

    process.kill(first, 'SIGTERM')
    expect(await node.part('atoll').ended).toBe(exitCodes.stopped)
    expect(node.part('atoll').log()).toContain('hands over, then ends the site, LiteFS and the guard')
  })
})
