import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Cluster, type ClusterNode, eventually } from '../harness/index.ts'
import { ask, openSiteCluster, react, readiness, ready, restartLitefs, shows, writePost } from './site-node.ts'

describe('a site on three nodes', () => {
  let cluster: Cluster
  beforeAll(async () => {
    cluster = await openSiteCluster({ title: 'site' })
  }, 120_000)
  afterAll(() => cluster?.close())

  it('is imported once, by the primary, and read everywhere', async () => {
    const primary = await cluster.primary()
    for (const node of cluster.nodes) await shows(node, '/posts/hello', 'Hello there.')
    const imports = cluster.nodes.map(
      (node) =>
        node
          .part('site')
          .log()
          .match(/imported in/g)?.length ?? 0,
    )
    expect(imports).toEqual(cluster.nodes.map((node) => (node === primary ? 1 : 0)))
  })

  it('answers the same on every node: pages, redirects, what is missing, feeds', async () => {
    for (const path of ['/', '/posts', '/old/second', '/posts/nothing', '/feed.xml', '/posts/hello/', '/sitemap.xml']) {
      const answers = await Promise.all(cluster.nodes.map(async (node) => describeAnswer(await ask(node, path))))
      expect(new Set(answers).size, `${path}: ${answers.join('\n')}`).toBe(1)
    }
  })

  it('drops the cached pages of every node when something changes', async () => {
    const primary = await cluster.primary()
    for (const node of cluster.nodes) await shows(node, '/posts/hello', 'Hello there.')
    writePost(primary, 'hello', 'Something else.')
    for (const node of cluster.nodes) await shows(node, '/posts/hello', 'Something else.')
  })

  it('does not import on a replica', async () => {
    const replica = await cluster.replica()
    writePost(replica, 'stray', 'Nobody should see this.')
    const primary = await cluster.primary()
    writePost(primary, 'third', 'After the stray one.')
    for (const node of cluster.nodes) await shows(node, '/posts/third', 'After the stray one.')
    for (const node of cluster.nodes) expect((await ask(node, '/posts/stray')).status).toBe(404)
  })

  it('shows a reader with a token nothing older, on a node that is behind', async () => {
    const primary = await cluster.primary()
    const replica = await cluster.replica()
    await cluster.delay(200, primary, replica)
    let attempt = 0
    await eventually('a reader without a token was shown something older', async () => {
      const text = `Attempt ${++attempt} on the primary.`
      writePost(primary, 'hello', text)
      await shows(primary, '/posts/hello', text)
      const token = await tokenOf(primary)
      const [without, withToken] = await Promise.all([
        ask(replica, '/posts/hello'),
        ask(replica, '/posts/hello', { 'atoll-token': token }),
      ])
      expect(await withToken.text()).toContain(text)
      expect(withToken.headers.get('atoll-notice')).toBeNull()
      return !(await without.text()).includes(text)
    })
    await cluster.delay(0, primary, replica)
  })

  it('shows a reader his own write on any node, whichever he wrote it on', async () => {
    const [one, other] = (await cluster.replicas()) as [ClusterNode, ClusterNode]
    const written = await react(one, 'hello')
    expect(written.status).toBe(303)
    const token = written.headers.get('atoll-token')!
    for (const node of [one, other, await cluster.primary()]) {
      const page = await (await ask(node, '/posts/hello', { cookie: `atoll-token=${token}` })).text()
      expect(countsOf(page)).toContain('1')
    }
  })

  it('says when a token is of a history that there is not', async () => {
    const node = await cluster.replica()
    const [version, number, , commit] = (await tokenOf(node)).split('.')
    const lost = await ask(node, '/posts/hello', { 'atoll-token': `${version}.${number}.0000dead.${commit}` })
    expect(lost.status).toBe(200)
    expect(lost.headers.get('atoll-notice')).toBe('lost')
    expect(await lost.text()).toContain('was undone')
    expect(
      (await ask(node, '/posts/hello', { 'atoll-token': lost.headers.get('atoll-token')! })).headers.get(
        'atoll-notice',
      ),
    ).toBeNull()
  })

  it('serves cached pages while LiteFS is gone, says so, and recovers', async () => {
    const replica = await cluster.replica()
    const page = await (await ask(replica, '/posts/second')).text()
    const { pid } = replica.part('site')
    await replica.kill('litefs')
    await eventually('it says why it should not be sent readers', async () => {
      const { status, reasons } = await readiness(replica)
      return status === 'unavailable' && reasons.some((reason) => reason.includes('database'))
    })
    expect(await (await ask(replica, '/posts/second')).text()).toBe(page)
    await restartLitefs(replica)
    await ready(replica)
    expect(replica.part('site').pid).toBe(pid)
    await shows(replica, '/posts', 'hello')
  })

  it('sends nobody away when no node can read its database, and recovers', async () => {
    const pages = await Promise.all(cluster.nodes.map(async (node) => (await ask(node, '/posts/second')).text()))
    await Promise.all(cluster.nodes.map((node) => node.kill('litefs')))
    for (const [index, node] of cluster.nodes.entries()) {
      await eventually('it serves what it has, and says why', async () => {
        const { status, reasons } = await readiness(node)
        return status === 'degraded' && reasons.some((reason) => reason.startsWith('database:'))
      })
      expect(await (await ask(node, '/posts/second')).text()).toBe(pages[index])
    }
    for (const node of cluster.nodes) await restartLitefs(node)
    for (const node of cluster.nodes) await ready(node)
  })

  it('goes on reading while there is no primary, and says that writes wait', async () => {
    const primary = await cluster.primary()
    const others = await cluster.replicas()
    await cluster.consul.answer500()
    await primary.kill('litefs')
    for (const node of others) {
      await eventually('it is degraded', async () => {
        const { status, reasons } = await readiness(node)
        return status === 'degraded' && reasons.some((reason) => reason.startsWith('primary:'))
      })
      expect((await ask(node, '/posts/second')).status).toBe(200)
    }
    await cluster.consul.answerWell()
    await restartLitefs(primary)
    for (const node of cluster.nodes) await ready(node)
  })

  it('lets a node import its folder when it becomes the primary', async () => {
    const primary = await cluster.primary()
    const others = await cluster.replicas()
    for (const node of others) writePost(node, 'newer', `Written on ${node.name}.`)
    await primary.kill()
    const next = await cluster.primary({ timeoutMs: 40_000 })
    // Without a guard the candidates that have to have a write are always the same, and the killed one is one of them.
    await primary.restart()
    await ready(primary)
    for (const node of cluster.nodes) await shows(node, '/posts/newer', `Written on ${next.name}.`)
  })
})

describe('three nodes that start at once', () => {
  it('come up with the whole site, imported once', async (t) => {
    const cluster = await openSiteCluster({ title: t.task.name, start: false })
    t.onTestFinished(() => cluster.close({ keepLogs: t.task.result?.state === 'fail' }))
    await Promise.all(cluster.nodes.map((node) => node.start()))
    for (const node of cluster.nodes) await ready(node)
    for (const node of cluster.nodes) await shows(node, '/posts/second', 'Another one.')
    const added = cluster.nodes.flatMap(
      (node) =>
        node
          .part('site')
          .log()
          .match(/imported in .* added/g) ?? [],
    )
    expect(added).toHaveLength(1)
  }, 120_000)
})

async function describeAnswer(response: Response): Promise<string> {
  const body = await response.text()
  return [response.status, response.headers.get('location'), response.headers.get('etag'), body.length].join(' ')
}

/** What a reader of this node has seen. */
async function tokenOf(node: ClusterNode): Promise<string> {
  const { headers } = await ask(node, '/posts', { 'atoll-token': '1.1.none.0' })
  return headers.get('atoll-token')!
}

function countsOf(page: string): string[] {
  return [...page.matchAll(/reaction-count">(\d+)</g)].map(([, count]) => count!)
}
