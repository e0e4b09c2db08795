import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { countReactions, openBlog, toggleReaction } from '@atoll/blog'
import { exitCodes } from '@atoll/supervisor'
import { askGuard } from '@atoll/supervisor/guard'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { whyNoImage } from '../../deploy/image.ts'
import { findBackup, listBackups, type Manifest, openStore } from '../../packages/backup/src/index.ts'
import { type S3Server, startS3Server } from '../../packages/backup/src/testing/s3-server.ts'
import { type Cluster, type ClusterNode, eventually, openCluster } from '../harness/index.ts'
import { membershipOf } from '../supervisor/started.ts'
import { type Booted, boot, childOf, everywhere, statusOf, userOf, volumeOf } from './booted.ts'

const command = join(import.meta.dirname, '../../apps/cli/bin/atoll.js')
const storePort = 9000
const bucket = 's3://backups/site'
let s3: S3Server
let booted: Booted
let cluster: Cluster

function environment(node: ClusterNode): NodeJS.ProcessEnv {
  return {
    ...s3.env,
    AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${storePort}`,
    ATOLL_BACKUP_TO: bucket,
    ATOLL_BACKUP_AFTER: '1',
    ...membershipOf(node),
  }
}

function writePost(node: ClusterNode, slug: string): void {
  const folder = join(volumeOf(node, 'content'), 'posts')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `${slug}.md`), `---\ntitle: ${slug}\nslug: ${slug}\n---\n\nText of ${slug}.\n`)
}

function guardOf(node: ClusterNode) {
  return askGuard(join(volumeOf(node, 'data'), 'run', 'guard.sock'), 'status')
}

function everybodyInSync(): Promise<unknown> {
  return eventually('everybody is in sync', async () => {
    const { members } = await guardOf(await cluster.primary())
    if (members.length !== cluster.nodes.length) throw new Error(`in sync: ${members}`)
    return true
  })
}

/** The next backup that has a change made now, through the primary's content folder. */
async function backupOf(slug: string): Promise<Manifest> {
  const store = openStore(bucket, s3.env)
  const before = new Set((await listBackups(store)).map(({ at }) => at))
  writePost(await cluster.primary(), slug)
  await everywhere(cluster.nodes.filter(isUp), `/posts/${slug}`)
  return eventually(
    `there is a backup with ${slug}`,
    async () => {
      const newest = await findBackup(store)
      if (before.has(newest.at)) throw new Error(`the newest is of ${newest.at}, by ${newest.node}`)
      return newest
    },
    { timeoutMs: 30_000 },
  )
}

/** A site on one machine: this one, in a folder. */
async function openMachine(home: string) {
  mkdirSync(join(home, 'content/posts'), { recursive: true })
  writeFileSync(join(home, 'content/posts/alone.md'), '---\ntitle: alone\nslug: alone\n---\n\nOf one machine.\n')
  const env = { ...process.env, ...s3.env, ATOLL_CONTENT: join(home, 'content'), ATOLL_DATA: join(home, 'data') }
  const run = (...args: string[]) => promisify(execFile)(process.execPath, [command, ...args], { env })
  const withBlog = async <Result>(work: (repo: Awaited<ReturnType<typeof openBlog>>) => Promise<Result>) => {
    const repo = await openBlog({ file: join(home, 'data/atoll.db') })
    return work(repo).finally(() => repo.close())
  }
  return {
    run,
    async react(post: string) {
      await run('import')
      const wanted: 'on' | 'off' = 'on'
      await withBlog((repo) => repo.run(toggleReaction, { post, kind: '👍', person: 'somebody', wanted }))
    },
    reactions: async (post: string) =>
      withBlog(async (repo) => (await countReactions(repo.reader(), post, ['👍']))[0]!.count),
  }
}

const isUp = (node: ClusterNode) => node.isReachable()
const taken = (node: ClusterNode) =>
  node
    .part('atoll')
    .log()
    .match(/took a backup/g)?.length ?? 0

const missing = process.env.ATOLL_TEST_EVERYTHING === '1' ? undefined : whyNoImage()
describe.skipIf(missing)(`the image on three nodes${missing ? ` (skipped: ${missing})` : ''}`, () => {
  beforeAll(async () => {
    s3 = await startS3Server()
    booted = boot(environment)
    cluster = await openCluster({ title: 'image', nodes: 3, parts: [booted.part], start: false })
    const { network, nodes } = cluster
    const address = new URL(s3.env.AWS_ENDPOINT_URL_S3!).host
    for (const { name, namespace } of nodes) {
      const here = { namespace, address: `127.0.0.1:${storePort}` }
      await network.switch.door(`store of ${name}`, here, { namespace: network.tests.namespace, address })
    }
    for (const node of nodes) writePost(node, 'hello')
    await Promise.all(nodes.map((node) => node.start()))
  })

  let hasFailed = false
  beforeEach(({ onTestFailed }) =>
    onTestFailed(() => {
      hasFailed = true
    }),
  )
  afterAll(async () => {
    await cluster?.close({ keepLogs: hasFailed })
    await s3?.close()
  })

  it('is one site from one command each, and only LiteFS and its supervisor are root', async () => {
    await everywhere(cluster.nodes, '/posts/hello')
    const appUser = 10001
    for (const node of cluster.nodes) {
      const users = [/mount\0-config/, /guard-process/, /\0serve/].map((child) => userOf(childOf(node, child)))
      expect(users).toEqual([0, appUser, appUser])
    }
  })

  it('has nothing to build with', () => {
    const tools = ['gcc', 'cc', 'make', 'go', 'npm', 'npx', 'git', 'python3', 'strip', 'curl']
    const { root } = booted
    const there = ['usr/bin', 'usr/local/bin', 'usr/sbin'].flatMap((folder) => readdirSync(join(root, folder)))
    expect(tools.filter((tool) => there.includes(tool))).toEqual([])
    expect(existsSync(join(root, 'atoll/dist'))).toBe(true)
  })

  it('is backed up by one replica, which nobody waits for meanwhile', async () => {
    await everybodyInSync()
    const { node } = await backupOf('first')
    const primary = await cluster.primary()
    expect(node).not.toBe(primary.name)
    const lines = primary.part('atoll').log().split('\n')
    const leaves = (line: string) => line.includes('it asked to leave') && line.includes(`"node":"${node}"`)
    expect(lines.some(leaves)).toBe(true)
    const takers = () => cluster.nodes.filter((one) => taken(one) > 0).map(({ name }) => name)
    await eventually('it says that it took one', async () => takers().length > 0)
    expect(takers()).toEqual([node])
    await everybodyInSync()
  })

  it('is backed up by the replica that is left when the primary is killed', async () => {
    const former = await cluster.primary()
    await former.kill()
    const primary = await cluster.primary({ timeoutMs: 40_000 })
    const replica = cluster.nodes.find((node) => node !== former && node !== primary)!
    const before = taken(primary)
    for (const slug of ['second', 'third']) expect((await backupOf(slug)).node).toBe(replica.name)
    expect(taken(primary)).toBe(before)
    await former.start()
    await everybodyInSync()
  })

  it('is deployed node by node, each ending by itself', async () => {
    for (const node of cluster.nodes) {
      expect(await node.part('atoll').stop({ timeoutMs: 40_000 })).toBe(exitCodes.stopped)
      await node.start()
      await everywhere(cluster.nodes, '/posts/hello')
    }
  })

  it("takes over one machine's site, reactions included, and gives it back", { timeout: 120_000 }, async () => {
    const here = mkdtempSync(join(process.env.ATOLL_CLUSTER_FOLDER!, 'machine-'))
    const machine = await openMachine(here)
    await machine.react('alone')
    await machine.run('backup', '--backup-to', 's3://backups/machine')

    const node = await cluster.replica()
    const { out } = await booted.run(node, 'token')
    const token = /atoll\.\S+/.exec(out)![0]
    const to = ['--to', 'http://127.0.0.1:4000', '--token', token]
    expect(await booted.run(node, 'restore', '--backup-to', 's3://backups/machine', ...to)).toMatchObject({ code: 0 })
    await everywhere(cluster.nodes, '/posts/alone')
    for (const one of cluster.nodes) expect(await statusOf(one, '/posts/hello')).toBe(404)

    await cluster.caughtUp()
    expect(await booted.run(node, 'backup')).toMatchObject({ code: 0 })
    const back = await openMachine(join(here, 'back'))
    await back.run('restore', '--backup-to', bucket)
    expect(await back.reactions('alone')).toBe(1)
  })
})
