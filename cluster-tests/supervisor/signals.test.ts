import { exitCodes } from '@atoll/supervisor'
import { expect, it } from 'vitest'
import { type ClusterNode, eventually, type TestOwner } from '../harness/index.ts'
import { openStarted, statusOf, writePost } from './started.ts'

/** A node of its own that serves its post. */
async function startedNode(t: TestOwner): Promise<ClusterNode> {
  const cluster = await openStarted(t.task.name, 1)
  t.onTestFinished(() => cluster.close({ keepLogs: t.task.result?.state === 'fail' }))
  const node = cluster.nodes[0]!
  writePost(node, 'hello')
  await node.start()
  await eventually('the site answers', async () => (await statusOf(node, '/posts/hello')) === 200, {
    timeoutMs: 40_000,
  })
  return node
}

const said = (node: ClusterNode, text: string) => eventually(text, () => node.part('atoll').log().includes(text))

it('ends in its order on SIGINT, as in a terminal', async (t) => {
  const { ended, log, send } = (await startedNode(t)).part('atoll')
  send('SIGINT')
  expect(await ended).toBe(exitCodes.stopped)
  expect(log()).toContain('litefs shut down complete')
})

it('ends everything at once on a second signal', async (t) => {
  const node = await startedNode(t)
  node.part('atoll').send('SIGTERM')
  await said(node, 'stops: hands over')
  node.part('atoll').send('SIGINT')
  expect(await node.part('atoll').ended).toBe(exitCodes.impatient)
  expect(node.part('atoll').log()).not.toContain('litefs shut down complete')
})
