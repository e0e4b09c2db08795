import { Resolver } from 'node:dns/promises'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type Cluster,
  type ClusterNode,
  eventually,
  litefs,
  litefsInfo,
  openCluster,
  type Part,
  startCluster,
} from './harness/index.ts'
import { processesIn } from './harness/processes.ts'

describe('a cluster', () => {
  let cluster: Cluster

  beforeAll(async () => {
    cluster = await openCluster({ title: 'harness' })
  })
  afterAll(() => cluster?.close())

  it('carries a write from the primary to every replica', async () => {
    const primary = await cluster.primary()
    expect(primary.name).toBe('n1')
    write(primary, 'hello')
    await cluster.caughtUp()
    const replicas = await cluster.replicas()
    expect(replicas.map(({ name }) => name)).toEqual(['n2', 'n3'])
    for (const replica of replicas) expect(read(replica)).toContain('hello')
  })

  it('has every node in its DNS', async () => {
    const resolver = new Resolver()
    resolver.setServers([`[${cluster.dns.address}]`])
    expect(await resolver.resolve6(cluster.dnsName)).toEqual(cluster.nodes.map(({ address }) => address))
    await expect(resolver.resolve6('nobody.atoll.test')).rejects.toThrow('ENOTFOUND')
  })

  it('gets nothing from a frozen node until it is thawed', async () => {
    const node = cluster.node('n3')
    await node.freeze()
    await expect(litefsInfo(node)).rejects.toThrow()
    node.thaw()
    expect((await litefsInfo(node)).isPrimary).toBe(false)
  })

  it('is silent in one direction only', async () => {
    const [, asked, asking] = cluster.nodes as [ClusterNode, ClusterNode, ClusterNode]
    await cluster.silence(asked, asking)
    const before = await counts(cluster, asked, asking)
    const question = runToEnd(asking, `fetch('http://${asked.urlHost}:20202/info').then(() => process.exit(3))`)
    await eventually('the question arrives and its answer is lost', async () => {
      const now = await counts(cluster, asked, asking)
      return now.there.frames > before.there.frames && now.back.dropped > before.back.dropped
    })
    expect(question.isRunning()).toBe(true)
    await cluster.heal()
    expect(await question.ended).toBe(3)
  })

  it('delays what passes by at least what was asked', async () => {
    const node = cluster.node('n2')
    await cluster.delay(30, 'tests', node)
    const startedAt = performance.now()
    await fetch(`http://${node.urlHost}:20202/info`)
    // One round trip opens the connection, one asks.
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(120)
    await cluster.delay(0, 'tests', node)
  })

  it('loses a reply after the request was carried out', async () => {
    const node = cluster.node('n2')
    const route = await cluster.route({ at: node, port: 9000, to: '127.0.0.1:20202' })
    const url = `http://${node.urlHost}:9000/info`
    expect((await fetch(url)).status).toBe(200)
    const lost = route.loseNextReply()
    await expect(fetch(url)).rejects.toThrow()
    await lost
    expect((await fetch(url)).status).toBe(200)
    expect(route.connections).toBeGreaterThanOrEqual(2)
  })

  it('starts the programs of a killed node again as new ones', async () => {
    const node = cluster.node('n3')
    const { pid } = node.part('litefs')
    await node.kill()
    expect(node.part('litefs').isRunning()).toBe(false)
    await node.restart()
    expect(node.part('litefs').pid).not.toBe(pid)
    await cluster.caughtUp()
    expect(read(node)).toContain('hello')
  })
})

describe('Consul in a cluster', () => {
  it('answers 500, refuses, and comes back with what it knew', async (t) => {
    const cluster = await startCluster(t, { nodes: 1, consul: { durable: true } })
    const [node] = cluster.nodes as [ClusterNode]
    const askForLease = () => node.fetch(`${cluster.consul.url}/v1/kv/litefs/atoll`)
    const holder = async () => ((await (await askForLease()).json()) as { Session?: string }[])[0]?.Session
    const held = await holder()
    expect(held).toBeDefined()

    await cluster.consul.answer500()
    expect((await askForLease()).status).toBe(500)
    await cluster.consul.answerWell()
    expect(await holder()).toBe(held)

    await cluster.consul.stop()
    await expect(askForLease()).rejects.toThrow()
    await cluster.consul.start()
    expect(await eventually('the lease is still held', holder)).toBe(held)
  })

  it('answers slowly, and whole', async (t) => {
    const { consul, nodes } = await startCluster(t, { nodes: 1, parts: [] })
    const long = 'long '.repeat(1000)
    await consul.fetch('/v1/kv/some', { method: 'PUT', body: long })
    await consul.slow(10)
    const answer = await nodes[0]!.fetch(`${consul.url}/v1/kv/some`)
    expect(await answer.json()).toMatchObject([{ Value: btoa(long) }])
  })

  it('forgets everything when it is wiped', async (t) => {
    const { consul } = await startCluster(t, { nodes: 0 })
    await consul.fetch('/v1/kv/some', { method: 'PUT', body: 'thing' })
    expect((await consul.fetch('/v1/kv/some')).status).toBe(200)
    await consul.wipe()
    expect((await consul.fetch('/v1/kv/some')).status).toBe(404)
  })

  it('has what it had once a snapshot is put back', async (t) => {
    const { consul } = await startCluster(t, { nodes: 0 })
    const put = (body: string) => consul.fetch('/v1/kv/some', { method: 'PUT', body })
    await put('old')
    const older = await consul.keepState()
    await put('new')
    await older.putBack()
    expect(await (await consul.fetch('/v1/kv/some?raw')).text()).toBe('old')
  })

  it('lets another node lead when the primary is killed', async (t) => {
    const cluster = await startCluster(t, { nodes: 2, litefs: { ttl: '1s' } })
    const first = await cluster.primary()
    await first.kill()
    const second = await cluster.primary()
    expect(second.name).toBe('n2')
    await first.restart()
    expect((await litefsInfo(first)).primary.hostname).toBe('n2')
  })
})

describe('a cluster of two programs a node, on IPv4', () => {
  const cat: Part = { name: 'cat', start: async (node) => node.run('cat', []) }

  it('replicates, and leaves no process or mount behind', async (t) => {
    const cluster = await startCluster(t, { nodes: 2, ipv4: true, parts: [litefs(), cat] })
    expect(cluster.nodes[0]!.address).toMatch(/^10\./)
    write(cluster.nodes[0]!, 'hello')
    await cluster.caughtUp()
    expect(read(cluster.nodes[1]!)).toEqual(['hello'])
    const daemon = cluster.nodes[1]!.run('bash', ['-c', 'setsid sleep 1000 & exit 0'])
    expect(await daemon.ended).toBe(0)
    await cluster.nodes[1]!.freeze()
    const namespaces = cluster.nodes.map(({ namespaceInode }) => namespaceInode)

    await cluster.close()
    expect(namespaces.flatMap(processesIn)).toEqual([])
    expect(readFileSync('/proc/mounts', 'utf8')).not.toContain(cluster.nodes[0]!.folder)
  })
})

async function counts(cluster: Cluster, asked: ClusterNode, asking: ClusterNode) {
  return {
    there: await cluster.network.counts(asking.name, asked.name),
    back: await cluster.network.counts(asked.name, asking.name),
  }
}

function runToEnd(node: ClusterNode, script: string) {
  return node.run(process.execPath, ['-e', script], { name: 'question' })
}

function write(node: ClusterNode, text: string) {
  using database = open(node)
  database.exec('create table if not exists notes (text)')
  database.prepare('insert into notes values (?)').run(text)
}

function read(node: ClusterNode): unknown[] {
  using database = open(node)
  return database.prepare('select text from notes').pluck().all()
}

function open(node: ClusterNode) {
  const database = new Database(join(node.mount, 'app.db'))
  database.pragma('journal_mode = wal')
  return Object.assign(database, { [Symbol.dispose]: () => void database.close() })
}
