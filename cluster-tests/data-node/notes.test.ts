import { join } from 'node:path'
import { expect, it } from 'vitest'
import { type ClusterNode, eventually, litefs, type Part, startCluster } from '../harness/index.ts'

const script = join(import.meta.dirname, '../../examples/notes/on-nodes.ts')
const url = 'http://127.0.0.1:3055/'
const secret = 'of the notebook, and of nobody else at all'

const textsOn = async (node: ClusterNode, token: string) => {
  const list = await node.fetch(url, { headers: { 'X-Token': token } })
  return ((await list.json()) as { text: string }[]).map(({ text }) => text)
}

/** The example of the guide, as it is. */
const notebook: Part = {
  name: 'app',
  async start(node) {
    const nodes = [node, ...node.peers].map(({ name, address }) => `${name}=[${address}]`).join(' ')
    const env = { NODE: node.name, NODES: nodes, SECRET: secret, MOUNT: node.mount }
    const running = node.runScript(script, [], { name: 'app', env })
    await eventually(`the notebook of ${node.name} answers`, async () => {
      if (!running.isRunning()) throw new Error(`it ended: ${running.log().slice(-2000)}`)
      return (await node.fetch(url)).ok
    })
    return running
  },
}

it('takes the notebook of the examples on any of three nodes, and shows whoever wrote what they wrote on each', async (t) => {
  const cluster = await startCluster(t, { parts: [litefs({ ttl: '2s' }), notebook] })
  let token = ''
  for (const node of cluster.nodes) {
    const written = await node.fetch(url, { method: 'POST', body: JSON.stringify({ text: `from ${node.name}` }) })
    expect(written.status).toBe(201)
    token = written.headers.get('X-Token')!
  }
  for (const node of cluster.nodes) expect(await textsOn(node, token)).toEqual(['from n3', 'from n2', 'from n1'])

  const primary = await cluster.primary()
  await primary.kill()
  const other = cluster.nodes.find((node) => node !== primary)!
  expect((await textsOn(other, token)).length).toBe(3)
})
