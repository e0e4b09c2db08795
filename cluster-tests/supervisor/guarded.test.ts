import { exitCodes } from '@atoll/supervisor'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ClusterNode } from '../harness/index.ts'
import { childOf, type Supervised, startSupervised } from './supervised.ts'

async function stopPolitely(node: ClusterNode): Promise<void> {
  expect(await node.part('supervisor').stop({ timeoutMs: 40_000 })).toBe(exitCodes.stopped)
}

describe('a cluster of supervised nodes under load', () => {
  let all: Supervised
  let hasFailed = false
  const noteFailure = () => {
    hasFailed = true
  }

  beforeAll(async () => {
    all = await startSupervised({ nodes: 3 })
  })

  afterAll(() => all?.close({ keepLogs: hasFailed }))

  it.for([
    ['LiteFS', /mount\0-config/],
    ['the app', /writer\.ts/],
    ['the guard', /guard-process/],
  ] as const)('goes on when %s of the primary is killed, and mends itself', async ([, pattern], { onTestFailed }) => {
    onTestFailed(noteFailure)
    const primary = await all.cluster.primary()
    await all.gapOf(() => process.kill(childOf(primary, pattern), 'SIGKILL'))
    await all.settle(3)
  })

  it('goes on when the whole primary is killed, and takes it back when it starts', async ({ onTestFailed }) => {
    onTestFailed(noteFailure)
    const primary = await all.cluster.primary()
    await all.gapOf(() => primary.kill())
    await primary.start()
    await all.settle(3)
  })

  it('is deployed node by node, each ending by itself', async ({ onTestFailed }) => {
    onTestFailed(noteFailure)
    for (const node of all.nodes) {
      await all.gapOf(() => stopPolitely(node))
      await node.start()
      await all.settle(3)
    }
  })
})

describe('a supervised node', () => {
  it('becomes three and then one again, under load', async (t) => {
    const all = await startSupervised({ nodes: 3, started: 1 })
    t.onTestFinished(() => all.close({ keepLogs: t.task.result?.state === 'fail' }))
    const [first, second, third] = all.nodes
    await all.gapOf(() => second!.start())
    await all.settle(2)
    await all.gapOf(() => third!.start())
    await all.settle(3)
    await all.gapOf(() => stopPolitely(first!))
    await all.settle(2)
    await all.gapOf(() => stopPolitely(second!))
    await all.settle(1)
  })
})
